// Health checks with every option, in two forms where one form of an option contradicts another one.
import type { GivenCheck } from "../../../components/model/keepalived/checks/complete";

const digest = "D41D8CD98F00B204E9800998ECF8427E";
const target = { address: "198.18.0.31", port: 8081, source: "198.18.0.11", mark: 7 };
const { port: _, ...withoutPort } = target;
const own = (what: string) => ({ verbatim: `# ${what}'s own\nbind_port 4000` });

/** One page by HTTP, several by HTTPS. */
export const onePage: GivenCheck = {
  tcp: { ...target, ...own("TCP") },
  http: {
    ...{ ...target, path: "/healthz", statusCodes: ["204"], virtualHost: "www.example.org", protocol: "1.1" },
    ...own("HTTP"),
  },
  https: {
    ...target,
    urls: [
      { path: "/a", statusCodes: ["200-299", "404"], virtualHost: "a.example.org:8443" },
      { digest, verbatim: "regex ok" },
    ],
    protocol: "1.0C",
    sni: true,
    ...own("HTTPS"),
  },
  dns: { ...target, type: "TXT", name: "example.org", ...own("DNS") },
  smtp: { ...target, helo: "lb.example.org", ...own("SMTP") },
  ping: { ...withoutPort, ...own("ping") },
  udp: { ...target, payload: "00fF", reply: "0x01", minReplyLength: 2, maxReplyLength: 20, ...own("UDP") },
  file: { path: "/etc/lvs/down", weight: 3 },
  script: { script: "exit 0\n", timeout: 9, dynamicWeight: true },
  ...{ interval: 10, retries: 3, retryDelay: 2, timeout: 4, warmup: 0 },
};

/** Several pages by HTTP, one by HTTPS. */
export const severalPages: GivenCheck = {
  http: {
    ...target,
    urls: [
      { path: "/a", statusCodes: ["204"], virtualHost: "a.example.org" },
      { digest, verbatim: "regex ok" },
    ],
  },
  https: { ...target, path: "/b", digest, virtualHost: "b.example.org", ...own("HTTPS") },
  udp: { requireReply: true },
};

/** The options of these that release 1.3.5 has. */
export const onePageEverywhere: GivenCheck = {
  tcp: onePage.tcp,
  http: { ...target, path: "/healthz", statusCodes: ["204"], ...own("HTTP") },
  https: {
    ...target,
    urls: [
      { path: "/a", statusCodes: ["204"] },
      { digest, verbatim: "# ok" },
    ],
    ...own("HTTPS"),
  },
  dns: onePage.dns,
  smtp: onePage.smtp,
  script: onePage.script,
  ...{ retries: 3, retryDelay: 2, timeout: 4, warmup: 2 },
};

export const severalPagesEverywhere: GivenCheck = {
  http: {
    urls: [
      { path: "/a", statusCodes: ["204"] },
      { digest, verbatim: "# ok" },
    ],
    digest: undefined,
  },
  https: { path: "/b", digest, ...own("HTTPS") },
};

export const byDigest: GivenCheck = { http: { digest }, https: { statusCodes: ["204"] } };
