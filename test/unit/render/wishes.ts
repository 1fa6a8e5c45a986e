// Random valid settings that a user could really want.
import fc from "fast-check";
import {
  ForwardingMethod,
  PersistenceEngine,
  Protocol,
  Scheduler,
  TunnelChecksum,
  TunnelType,
} from "../../../components/args/enums";
import { portsOf } from "../../../components/model/ports";
import type { Family } from "../../../components/model/address";
import { flagsOf } from "../../../components/model/scheduler";
import type { Destination, Service } from "../../../components/model/service";
import type { Tunnel } from "../../../components/model/tunnel";

const addresses: Record<Family, fc.Arbitrary<string>> = {
  IPv4: fc
    .tuple(fc.nat(255), fc.integer({ min: 1, max: 254 }))
    .map(([third, fourth]) => `198.19.${third}.${fourth}`),
  IPv6: fc
    .tuple(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0xffff }))
    .map(([network, own]) => `fd19:${network.toString(16)}::${own.toString(16)}`),
};

const families: Family[] = ["IPv4", "IPv6"];

export const address = fc.oneof(addresses.IPv4, addresses.IPv6);

const largest = 2147483647;
const destination = (port: number, family: Family): fc.Arbitrary<Destination> =>
  fc
    .tuple(fc.constantFrom(...Object.values(ForwardingMethod)), fc.constantFrom(...families))
    .chain(([forwarding, other]) =>
      fc.record({
        // (Only a tunnel can use an address of the other family.)
        address: addresses[forwarding === ForwardingMethod.Tunnel ? other : family],
        port: fc.constant(port),
        weight: fc.nat(largest),
        upper: fc.nat(largest),
        lower: fc.constant(0),
        forwarding: fc.constant(forwarding),
        ...(forwarding === ForwardingMethod.Tunnel ? { tunnel } : {}),
      }),
    );

const tunnel: fc.Arbitrary<Tunnel> = fc.oneof(
  fc.constantFrom<Tunnel>({ type: "ipip" }, { type: "gre" }),
  fc.record({
    type: fc.constant(TunnelType.Gue),
    port: fc.integer({ min: 1, max: 65535 }),
    checksum: fc.constantFrom(...Object.values(TunnelChecksum)),
  }),
);

const netmasks: Record<Family, string[]> = {
  IPv4: ["255.255.255.255", "255.255.255.0"],
  IPv6: ["128", "64"],
};

export const service: fc.Arbitrary<Service> = fc.constantFrom(...families).chain(serviceOf);

function serviceOf(family: Family): fc.Arbitrary<Service> {
  return settingsOf(family).chain((base) =>
    fc.record({
      ...(Object.fromEntries(Object.entries(base).map(([key, each]) => [key, fc.constant(each)])) as {
        [Key in keyof typeof base]: fc.Arbitrary<(typeof base)[Key]>;
      }),
      flags: fc.subarray([...flagsOf(base.scheduler)]),
      destinations: fc.uniqueArray(destination(base.port, family), {
        selector: (each) => each.address,
        maxLength: 8,
      }),
    }),
  );
}

function settingsOf(family: Family) {
  return fc.record({
    protocol: fc.constantFrom(...Object.values(Protocol)),
    vip: addresses[family],
    port: fc.integer({ min: 1, max: 65535 }),
    scheduler: fc.constantFrom(...Object.values(Scheduler)),
    persistence: fc.option(
      fc.record({
        timeout: fc.integer({ min: 1, max: 2678400 }),
        netmask: fc.constantFrom(...netmasks[family]),
        engine: fc.constantFrom(undefined, PersistenceEngine.Sip),
      }),
      { nil: undefined },
    ),
    onePacket: fc.boolean(),
  });
}

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
