// An argument that a component does not know is an error that names the nearest one, wherever it stands: each argument of the schema is
// misspelt once.
import { expect, test } from "vitest";
import { clusterArguments } from "../../../components/model/cluster";
import { directorArguments } from "../../../components/model/director";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { realServerArguments } from "../../../components/model/realServer";
import type { Shape } from "../../../components/model/shape";
import { pairServiceArguments, virtualServiceArguments } from "../../../components/model/virtualService";
import { argumentsOf } from "../keepalived/paths";

/** Every argument, and every object on the way to one: `services[]`, `services[].port`. */
function allPaths(component: string): string[] {
  const prefixes = argumentsOf(component).flatMap(({ path }) => {
    const segments = path.split(".");
    return segments.map((_, index) => segments.slice(0, index + 1).join("."));
  });
  return [...new Set(prefixes)];
}

/** Arguments with nothing in them but the way to this one, misspelt; and its place. */
function misspelt(path: string): { args: unknown; at: string } {
  const segments = path.replace(/(\[\]|\{\})$/, "").split(".");
  const last = `${segments.pop()}x`;
  const args = segments.reduceRight<unknown>(
    (inner, segment) => {
      const name = segment.replace("[]", "");
      return { [name]: segment.endsWith("[]") ? [inner] : inner };
    },
    { [last]: 1 },
  );
  return { args, at: [...segments, last].join(".").replaceAll("[]", "[0]") };
}

/** (What only a pair takes, a VirtualService without one refuses as such.) */
const components: [string, string, Shape, RegExp?][] = [
  ["Cluster", "Cluster", clusterArguments],
  ["Director", "Director", directorArguments],
  ["KeepalivedPair", "KeepalivedPair", pairArguments],
  ["RealServer", "RealServer", realServerArguments],
  ["VirtualService on a pair", "VirtualService", pairServiceArguments],
  [
    "VirtualService",
    "VirtualService",
    virtualServiceArguments,
    /^(realServers\[\]\.)?(healthCheck|sorryServer)\.|^pair\./,
  ],
];

test.each(components)("%s", (_, component, shape, except) => {
  const paths = allPaths(component).filter((path) => except?.test(path) !== true);
  expect(paths.length).toBeGreaterThan(20);
  const wrong = paths.flatMap((path) => {
    const { args, at } = misspelt(path);
    const name = /(\w+)(\[\]|\{\})?$/.exec(path)?.[1];
    const reasons = shape(args, "").filter((each) => each.path === at);
    const right = reasons.length === 1 && reasons[0]?.reason === `no such argument; did you mean "${name}"?`;
    return right ? [] : [{ path, reasons }];
  });
  expect(wrong).toEqual([]);
});
