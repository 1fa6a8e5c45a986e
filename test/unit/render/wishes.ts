// Random wishes that a user could really have: whatever passes the checks.
import fc from "fast-check";
import { ForwardingMethod, Protocol, Scheduler } from "../../../components/args/enums";
import { portsOf } from "../../../components/model/ports";
import { flagsOf } from "../../../components/model/scheduler";
import type { Destination, Service } from "../../../components/model/service";

export const address = fc
  .tuple(fc.nat(255), fc.integer({ min: 1, max: 254 }))
  .map(([third, fourth]) => `198.19.${third}.${fourth}`);

const largest = 2147483647;
const destination = (port: number): fc.Arbitrary<Destination> =>
  fc.record({
    address,
    port: fc.constant(port),
    weight: fc.nat(largest),
    upper: fc.nat(largest),
    lower: fc.constant(0),
    forwarding: fc.constantFrom(...Object.values(ForwardingMethod)),
  });

export const service: fc.Arbitrary<Service> = fc
  .record({
    protocol: fc.constantFrom(...Object.values(Protocol)),
    vip: address,
    port: fc.integer({ min: 1, max: 65535 }),
    scheduler: fc.constantFrom(...Object.values(Scheduler)),
    persistence: fc.option(
      fc.record({
        timeout: fc.integer({ min: 1, max: 2678400 }),
        netmask: fc.constantFrom("255.255.255.255", "255.255.255.0"),
      }),
      { nil: undefined },
    ),
    onePacket: fc.boolean(),
  })
  .chain((base) =>
    fc.record({
      ...(Object.fromEntries(Object.entries(base).map(([key, each]) => [key, fc.constant(each)])) as {
        [Key in keyof typeof base]: fc.Arbitrary<(typeof base)[Key]>;
      }),
      flags: fc.subarray([...flagsOf(base.scheduler)]),
      destinations: fc.uniqueArray(destination(base.port), {
        selector: (each) => each.address,
        maxLength: 8,
      }),
    }),
  );

/** Several ports that are one service. */
export const severalPorts: fc.Arbitrary<Service> = fc
  .tuple(
    service,
    fc.integer({ min: 1, max: 4294967295 }),
    fc.oneof(
      fc
        .uniqueArray(fc.integer({ min: 1, max: 65535 }), { minLength: 1, maxLength: 9 })
        .map((ports) => ({ ports })),
      fc.integer({ min: 2, max: 65535 }).map((last) => ({ portRange: { first: last - 1, last } })),
      fc.constant({ allPorts: true }),
    ),
  )
  .map(([each, mark, ports]) => ({
    ...each,
    port: 0,
    marked: { mark, ports: portsOf(ports) },
    destinations: each.destinations.map((destination) => ({ ...destination, port: 0 })),
  }));

export const services = fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: service }, severalPorts), {
  selector: ({ protocol, vip, port, marked }) => (marked ? `${marked.mark}` : `${protocol} ${vip}:${port}`),
  maxLength: 6,
});

/** Text with everything in it that means something to a shell, to awk or to the document itself. */
export const nastyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "$(id)",
        "`id`",
        "'",
        '"',
        "\\",
        "\n",
        "\t",
        "[units]",
        "# end",
        "| ",
        "%s",
        "${x}",
        "!",
        "&",
        "é",
        "😀",
        " ",
      ),
      fc.string({ maxLength: 5 }).filter((text) => !/\p{Cc}|\p{Surrogate}/u.test(text)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));
