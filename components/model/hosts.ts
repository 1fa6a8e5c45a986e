// Hosts of a component: Pulumi's resources are named after them, so they are known when the program starts.
import { isAddress } from "./address";
import { host } from "./host";
import { elements, isRecord, later, list, type Problem, type Shape, show } from "./shape";
import { sameNameTwice } from "./twice";

const known =
  (host: Shape): Shape =>
  (given, path) =>
    given === later
      ? [
          {
            path,
            reason: "the host must be known when the program starts: only its members may be Outputs",
          },
        ]
      : isComponent(given)
        ? [{ path, reason: "is a component: give the host itself, such as { name, address, connection }" }]
        : host(given, path);

/** Whether it is a component of Pulumi. A component is no host and no pair, but its outputs may be. */
export function isComponent(given: unknown): boolean {
  return isRecord(given) && given["__pulumiResource"] === true;
}

/** The host of a component that has one. */
export const oneHost: Shape = known(host);

/** The hosts of a component that has several. */
export const hosts =
  (host: Shape, least: number, what: string): Shape =>
  (given, path) =>
    given === later
      ? [
          {
            path,
            reason:
              "the list itself must be known when the program starts: only the members of its hosts may be Outputs",
          },
        ]
      : [...list(known(host), least, what)(given, path), ...sameNameTwice(given, path)];

export function sameAddressTwice(groups: { path: string; hosts: unknown }[]): Problem[] {
  const seen = new Map<string, string>();
  return groups.flatMap(({ path, hosts }) =>
    elements(hosts).flatMap((each, index): Problem[] => {
      return (["address", "address6"] as const).flatMap((name): Problem[] => {
        const own = addressOf(each, name);
        if (own === undefined) return [];
        const here = `${path}[${index}]`;
        const first = seen.get(own);
        seen.set(own, first ?? here);
        return first === undefined
          ? []
          : [{ path: `${here}.${name}`, reason: `${show(own)} is already there, at ${first}` }];
      });
    }),
  );
}

export function addressOf(given: unknown, name: "address" | "address6" = "address"): string | undefined {
  return isRecord(given) && isAddress(given[name]) ? given[name] : undefined;
}

/** The addresses of a host, as far as they are given and known. */
export function addressesOf(given: unknown): string[] {
  return [addressOf(given), addressOf(given, "address6")].flatMap((each) => each ?? []);
}
