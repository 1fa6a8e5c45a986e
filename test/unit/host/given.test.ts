// What the program reads in keepalived's files is what the document has: a VIP, rule or route that it did not find there would be left
// behind by a killed keepalived.
import { expect, test } from "vitest";
import { serviceLines } from "../../../components/render/ipvs";
import { goldenPairs } from "../keepalived/everything";
import { documentOf } from "../keepalived/reading";
import { releases, resolveLines } from "../keepalived/resolve";
import { pair } from "../keepalived/samples";
import { runAwk } from "./awk";

const pairs = Object.entries(goldenPairs).map(([name, given]) => [name, pair(given)] as const);

test.each(pairs)("%s", (_, given) => {
  const document = documentOf(given);
  const text = (document.keepalived ?? []).map(({ lines }) => resolveLines(lines, releases.at(-1)!)).join("");
  const found = runAwk("GIVEN_AWK", [{ text }]).map((line) => line.split(" "));
  const of = (kind: string) => found.filter(([first]) => first === kind).map(([, ...words]) => words);

  const rules = serviceLines(document.services ?? []).filter((line) => line.startsWith("-A "));
  const keys = rules.map((line) => line.replace(/^-A (.*?) -s .*$/, "$1"));
  expect(new Set(of("service").map((words) => words.join(" ").trim()))).toEqual(new Set(keys));

  const addresses = (document.addresses ?? []).map(({ address }) => address);
  expect(of("vip").map(([address = ""]) => address.replace(/\/\d+$/, ""))).toEqual(
    expect.arrayContaining(addresses),
  );

  const routes = (given.instances ?? []).flatMap(({ name, virtualRoutes = [] }) =>
    virtualRoutes.map(({ to }) => `${name} ${to}`),
  );
  // (A pair may have further ones in `verbatim`.)
  const seen = of("route").map(([instance, , , , network]) => `${instance} ${network}`);
  expect(seen).toEqual(expect.arrayContaining(routes));
});

test("some pair has routes", () => {
  expect(pairs.some(([, { instances = [] }]) => instances.some((each) => each.virtualRoutes?.length))).toBe(
    true,
  );
});
