import fc from "fast-check";
import { expect, test } from "vitest";
import { directorArguments } from "../../../components/model/director";
import { realServerArguments } from "../../../components/model/realServer";
import { forwardingRow } from "../../../components/model/forwarding";
import { placeOf } from "../../../components/model/host";
import { completeService } from "../../../components/model/service";
import { directorDocument } from "../../../components/render/director";
import { renderDocument } from "../../../components/render/document";
import { realServerDocument } from "../../../components/render/realServer";
import { host, service } from "../model/samples";
import { readBack } from "./readback";
import { nastyText } from "./wishes";

/**
 * A text that a user may write in a field: mostly a valid text, sometimes nonsense, or a valid text with nonsense at its end. (If several
 * fields of one document were nonsense, hardly any document would pass the checks.)
 */
const written = (right: string) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: nastyText },
    { weight: 1, arbitrary: nastyText.map((tail) => right + tail) },
  );

test("nothing that passes the checks breaks out of its field in a director's document", () => {
  const fieldsOf = (vip: string, address: string, length: fc.Arbitrary<unknown>) =>
    fc.record({
      vip: written(vip),
      scheduler: written("wrr"),
      flag: written("flag-1"),
      netmask: written("255.255.0.0"),
      length,
      address: written(address),
      interface: written("eth0"),
      key: written("net.ipv4.vs.conntrack"),
      setting: written("1"),
    });
  const lengths = fc.oneof(
    { weight: 1, arbitrary: nastyText },
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 128 }) },
  );
  const fields = fc.oneof(
    fieldsOf("198.18.0.100", "198.18.0.21", fc.constant(undefined)),
    fieldsOf("fd18::100", "fd18::21", lengths),
  );
  let passed = 0;
  fc.assert(
    fc.property(fields, (text) => {
      const wanted = service({
        vip: text.vip,
        scheduler: text.scheduler as "wrr",
        schedulerFlags: [text.flag as "flag-1"],
        persistence:
          text.length === undefined ? { netmask: text.netmask } : { prefixLength: text.length as number },
        realServers: [{ address: text.address }],
      });
      const args = {
        host: host("198.18.0.11", { interface: text.interface }),
        services: [wanted],
        sysctls: { [text.key]: text.setting },
      };
      if (directorArguments(args, "").length > 0) return;
      passed += 1;
      const wish = {
        services: [completeService(wanted)],
        sysctls: args.sysctls,
        drain: 1,
        removePackages: false,
      };
      const read = readBack(renderDocument("o", directorDocument(placeOf(args.host), wish)));
      expect(read.services).toEqual(wish.services);
      expect(read.sysctls).toEqual({
        ...forwardingRow("dr").directorSysctls("eth0", []),
        // (The service has persistence.)
        "net.ipv4.vs.expire_quiescent_template": "1",
        ...args.sysctls,
      });
      expect(read.addresses).toEqual([{ address: text.vip, device: text.interface }]);
    }),
    { numRuns: 500 },
  );
  expect(passed).toBeGreaterThan(30);
});

test("nothing that passes the checks breaks out of its field in a real server's document", () => {
  const fields = fc.record({
    vip: fc.oneof(written("198.18.0.100"), written("fd18::100")),
    name: written("r1"),
    interface: written("eth0"),
  });
  let passed = 0;
  fc.assert(
    fc.property(fields, (text) => {
      const args = {
        host: host("198.18.0.21", { interface: text.interface, name: text.name }),
        vips: [text.vip],
        webServer: { kind: "nginx" as const },
      };
      if (realServerArguments(args, "").length > 0) return;
      passed += 1;
      const wish = {
        vips: args.vips,
        methods: ["dr" as const],
        sysctls: {},
        webServer: args.webServer,
        removePackages: false,
      };
      const read = readBack(renderDocument("o", realServerDocument(placeOf(args.host), wish)));
      expect(read.files[0]?.content).toBe(`<h1>${text.name}</h1>\n`);
      expect(read.addresses).toEqual([{ address: text.vip, device: "lo" }]);
      expect(Object.keys(read.sysctls)).toHaveLength(text.vip.includes(":") ? 0 : 4);
    }),
    { numRuns: 200 },
  );
  expect(passed).toBeGreaterThan(30);
});
