// A change of the method of forwarding: which connections are noted and waited for, and which host routes the director needs meanwhile.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell } from "./shell";

const parts = [
  "report.sh",
  "durable.sh",
  "ipvs.sh",
  "families.sh",
  "routes.sh",
  "connections.sh",
  "detours.sh",
];
const list = (...lines: string[]) =>
  ["pro expire state source virtual destination", ...lines.map((line) => line.replace(" ", " 01:59 "))].join(
    "\n",
  );

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lvs-switched-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function onDirector(lines: string): Promise<string> {
  const { status, stdout, stderr } = await runShell(
    parts,
    `STATE=${folder} MINE=${folder}; ipvs_readable() { :; }; lock_let_go() { :; }; lock_return() { :; }; ${lines}`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const key = "-t 198.18.0.100:80 -r 198.18.0.21:80";

describe("the connections that began by a former method", () => {
  const noted = (keys: string[], ...connections: string[]) =>
    onDirector(
      `ipvsadm() { printf '%s\\n' '${list(...connections)}'; }; connections_note '${keys.join("\n")}'; printf %s "$CONNECTIONS_NOTED"`,
    );

  it("are those of the destination whose method changes, and no others", async () => {
    const open = "TCP ESTABLISHED 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80";
    expect(
      await noted(
        [`-g -m awaited ${key}`],
        open,
        "TCP SYN_RECV 198.18.0.31:2 198.18.0.100:80 198.18.0.21:80",
        "TCP FIN_WAIT 198.18.0.31:3 198.18.0.100:80 198.18.0.21:80",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.100:80 198.18.0.22:80",
        "UDP UDP 198.18.0.31:5 198.18.0.100:80 198.18.0.21:80",
      ),
    ).toBe(
      "TCP open 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80\n" +
        "TCP begun 198.18.0.31:2 198.18.0.100:80 198.18.0.21:80\n",
    );
    // (The real server loses nothing: somebody has changed the rule by hand.)
    expect(await noted([`-g -m - ${key}`], open)).toBe("");
  });

  it("are of every protocol and family; of a mark or of all ports, by their real server", async () => {
    expect(
      await noted(
        [
          "-m -g awaited -t [fd18::100]:53 -r [fd18::21]:53",
          "-g -m awaited -f 7 -r 198.18.0.22:0",
          "-i -g awaited --sctp-service 198.18.0.100:9 -r 198.18.0.21:9",
          "-i -g awaited -t 198.18.0.101:0 -r 198.18.0.23:0",
        ],
        "TCP ESTABLISHED [fd18::31]:5 [fd18::100]:53 [fd18::21]:53",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.100:443 198.18.0.22:443",
        "SCTP COOKIE_WAIT 198.18.0.31:4 198.18.0.100:9 198.18.0.21:9",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.100:9 198.18.0.21:9",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.101:25 198.18.0.23:25",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.100:25 198.18.0.23:25",
      ),
    ).toBe(
      "TCP open [fd18::31]:5 [fd18::100]:53 [fd18::21]:53\n" +
        "TCP perhaps 198.18.0.31:4 198.18.0.100:443 198.18.0.22:443\n" +
        "SCTP begun 198.18.0.31:4 198.18.0.100:9 198.18.0.21:9\n" +
        "TCP perhaps 198.18.0.31:4 198.18.0.101:25 198.18.0.23:25\n",
    );
  });

  const old = "198.18.0.100:80 198.18.0.21:80";
  /** Looks at the list once a second, and how many seconds the wait took. */
  const waited = (looks: string[][], begin: string) =>
    onDirector(
      `looks=(${looks.map((each) => `'${list(...each)}'`).join(" ")}) now=0 waited=0 DRAIN=30
      ipvsadm() { printf '%s\\n' "\${looks[now]}"; }
      sleep() { waited=$((waited + 1)); ((now == ${looks.length - 1})) || now=$((now + 1)); }
      ${begin}
      connections_wait ''
      printf '%d' "$waited"`,
    );
  const first = `TCP ESTABLISHED 198.18.0.31:1 ${old}`;
  const second = `TCP ESTABLISHED 198.18.0.31:2 ${old}`;
  const ended = `TCP FIN_WAIT 198.18.0.31:1 ${old}`;

  it("are waited for, and those that begin later are not", async () => {
    const looks = [[first], [first, second], [ended, second]];
    expect(await waited(looks, `connections_note '-g -m awaited ${key}'`)).toBe("2");
    expect(existsSync(join(folder, "connections"))).toBe(false);
  });

  it("are waited for although a list has missed one", async () => {
    const looks = [[first, second], [second], [first, second], []];
    expect(await waited(looks, `connections_note '-g -m awaited ${key}'`)).toBe("3");
  });

  it("are waited for by the run that follows a killed one", async () => {
    await onDirector(
      `ipvsadm() { printf '%s\\n' '${list(first)}'; }; connections_note '-g -m awaited ${key}'`,
    );
    expect(await waited([[first], [ended]], "INTERRUPTED=yes; connections_recall")).toBe("1");
    expect(existsSync(join(folder, "connections"))).toBe(false);
  });

  it("are none where a boot has come between and IPVS is not loaded, or ipvsadm is gone", async () => {
    writeFileSync(join(folder, "connections"), `TCP open 198.18.0.31:1 ${old}\n`);
    const gone = `ipvs_readable() { false; }; ipvsadm() { fail "IPVS was loaded"; }; INTERRUPTED=yes; connections_recall`;
    expect(await onDirector(`DRAIN=9; ${gone}; connections_wait ''; printf ended`)).toBe("ended");
    expect(existsSync(join(folder, "connections"))).toBe(false);
  });

  it("are listed in no time, also where there are many", async () => {
    const many = Array.from({ length: 20_000 }, (_, port) => first.replace(":1 ", `:${port} `));
    writeFileSync(join(folder, "many"), list(...many));
    expect(
      await onDirector(
        `ipvsadm() { cat ${join(folder, "many")}; }; connections_note '-g -m awaited ${key}'; DRAIN=1; sleep() { SECONDS=9; }
        connections_wait ''`,
      ),
    ).toBe("note: 20000 connections were still active after 1 s of draining\n");
  });
});

describe("a host route of the director", () => {
  const neighbour = "198.18.0.21 dev eth0 src 198.18.0.11 uid 0";
  const network = "198.18.0.0/24 dev eth0 proto kernel scope link src 198.18.0.11";
  const route = "198.18.0.21 via 198.18.0.21 dev eth0 src 198.18.0.11 onlink";
  interface Host {
    /** What `ip route get` says. */
    get?: string;
    /** What `ip route show match` says. */
    match?: string;
    /** The host's own route to the address. */
    exact?: string;
    adds?: boolean;
  }

  /** A director's `ip`: it adds and deletes one route. */
  const ip = ({ get = neighbour, match = network, exact = "", adds = true }: Host) => `
    ip() {
      case " $* " in
        *' get '*) printf '%s\\n' '${get}' ;;
        *' match '*) printf '%s\\n' '${match}' ;;
        *' exact '*) if [[ -e ${folder}/route ]]; then cat ${folder}/route; else printf '%s' '${exact}'; fi ;;
        *' add '*) printf 'ip %s\\n' "$*" >&3; ${adds ? `printf '%s\\n' "\${*:4}" >${folder}/route` : "false"} ;;
        *' del '*) printf 'ip %s\\n' "$*" >&3; rm -f ${folder}/route ;;
      esac
    }`;
  const added = (switched: string, host: Host = {}) =>
    onDirector(`${ip(host)}\n{ detours_add '${switched}'; } 3>&1`);
  const written = () =>
    existsSync(join(folder, "detours")) ? readFileSync(join(folder, "detours"), "utf8") : "";

  it.each(["-g -m awaited", "-g -i -", "-m -g awaited"])(
    "is added before a change from or to direct routing: %s",
    async (change) => {
      expect(await added(`-m -i awaited -t 198.18.0.100:80 -r 198.18.0.22:80\n${change} ${key}`)).toBe(
        `ip -4 route add ${route}\n`,
      );
      expect(written()).toBe(`${route}\n`);
    },
  );

  it("is one of IPv6 as well, with the properties of the route that it replaces", async () => {
    expect(
      await added("-g -m awaited -t [fd18::100]:80 -r [fd18::21]:80", {
        get: "fd18::21 from :: dev eth0 proto kernel src fd18::11 metric 256 pref medium",
        match:
          "default via fd18::1 dev eth0 mtu 1280\nfd18::/64 dev eth0 proto kernel metric 256 mtu lock 1400 advmss 1300 pref medium",
      }),
    ).toBe("ip -6 route add fd18::21 via fd18::21 dev eth0 src fd18::11 mtu lock 1400 advmss 1300 onlink\n");
  });

  it("has no part of a property that it leaves out", async () => {
    const match = `${network} mtu lock 1400 rto_min lock 300ms hoplimit lock 9 initcwnd 20`;
    expect(await added(`-g -m awaited ${key}`, { match })).toBe(
      `ip -4 route add ${route.replace(" onlink", " mtu lock 1400 initcwnd 20 onlink")}\n`,
    );
  });

  it.each([
    "198.18.0.21 via 198.18.0.1 dev eth0 src 198.18.0.11 uid 0",
    "198.18.0.21 dev eth0 table 7 src 198.18.0.11 uid 0",
    "local 198.18.0.21 dev lo src 198.18.0.21 uid 0",
    "",
  ])("is not added where the real server is no neighbour: %s", async (get) => {
    expect(await added(`-g -m awaited ${key}`, { get })).toBe("");
    expect(written()).toBe("");
  });

  it("is not added beside one of the host's owner, which a note says", async () => {
    const { stdout } = await runShell(
      parts,
      `STATE=${folder}\n${ip({ exact: "198.18.0.21 dev eth0 metric 50" })}\n{ detours_add '-g -m awaited ${key}'; } 3>&1`,
    );
    expect(stdout).toContain("note: this host has a route to 198.18.0.21 alone");
    expect(stdout).not.toContain("add");
    expect(written()).toBe("");
  });

  it("that cannot be added leaves no record, and one note for all services", async () => {
    const other = key.replace(":80 ", ":443 ");
    const { stdout } = await runShell(
      parts,
      `STATE=${folder}\n${ip({ adds: false })}\n{ detours_add $'-g -m awaited ${key}\n-g -m awaited ${other}'; } 3>&1`,
    );
    expect(stdout.split(`note: the host route ${route} cannot be added`)).toHaveLength(2);
    expect(written()).toBe("");
  });

  const removed = async (
    rules: string,
    connections: string[],
    others = "",
    begun = "",
    recorded = `${route}\n`,
    there = true,
  ) => {
    writeFileSync(join(folder, "detours"), recorded);
    if (there) writeFileSync(join(folder, "route"), `${route}\n`);
    mkdirSync(join(folder, "owners/other"), { recursive: true });
    writeFileSync(join(folder, "owners/other/rules"), others);
    writeFileSync(join(folder, "owners/other/pending-rules"), begun);
    const said = await onDirector(`${ip({})}\nipvsadm() { printf '%s\\n' '${list(...connections)}'; }
      RULES_WANTED='${rules}'
      { detours_remove; } 3>&1`);
    return { removed: said, written: written() };
  };
  const rules = "-A -t 198.18.0.100:80 -s rr\n-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1\n";
  const entry = ["TCP TIME_WAIT 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80"];
  const gone = { removed: `ip -4 route del ${route}\n`, written: "" };
  const stays = { removed: "", written: `${route}\n` };

  it("is forgotten after a boot, which has removed it; and is recorded once", async () => {
    expect((await removed(rules, entry, "", "", `${route}\n`, false)).written).toBe("");
    expect(await removed(rules, entry, "", "", `${route}\n${route}\n`)).toEqual(stays);
  });

  it("stays while an owner wants the real server by direct routing, and it has connections", async () => {
    expect(await removed(rules, entry)).toEqual(stays);
    expect(await removed("", entry, rules)).toEqual(stays);
    expect(await removed("", entry, "", rules)).toEqual(stays);
    expect(await removed(rules, [])).toEqual(gone);
    expect(await removed("", entry)).toEqual(gone);
    expect(await removed(rules.replace("-g", "-m"), entry)).toEqual(gone);
    expect(await removed(rules.replaceAll("198.18.0.21", "198.18.0.213"), entry)).toEqual(gone);
    expect(
      await removed(
        rules,
        entry.map((each) => each.replace("198.18.0.21:", "198.18.0.213:")),
      ),
    ).toEqual(gone);
  });
});
