import { expect, test } from "vitest";
import { emptyResource, type Resource } from "../../../lab/engine/state/resource.js";
import { AliasTable } from "../../../lab/engine/steps/aliases.js";
import { deleteLayers, dependents } from "../../../lab/engine/steps/graph.js";
import { makeUrn, urnName } from "../../../lab/engine/wire/urn.js";

const urn = (name: string): string => makeUrn("dev", "p", undefined, "t:index:T", name);
const resource = (name: string, more: Partial<Resource> = {}): Resource => ({
  ...emptyResource(urn(name), "t:index:T", true),
  ...more,
});
const names = (resources: Resource[]): string[] => resources.map(({ urn: each }) => urnName(each)).sort();
const layers = (resources: Resource[]): string[][] => deleteLayers(resources, (each) => each).map(names);

test("leaves are deleted first, and independent resources last, together with the roots", () => {
  const chain = [
    resource("a"),
    resource("b", { dependencies: [urn("a")] }),
    resource("c", { propertyDependencies: { stdin: [urn("b")] } }),
    resource("x"),
    resource("y", { deletedWith: urn("x") }),
    resource("child", { parent: urn("c") }),
  ];
  expect(layers(chain)).toEqual([["child"], ["c"], ["b", "y"], ["a", "x"]]);
});

test("what a condemned resource depends on and is to stay makes no layer", () => {
  expect(layers([resource("b", { dependencies: [urn("kept")] }), resource("x")])).toEqual([["b", "x"]]);
});

test("a circle is an error, not an endless loop", () => {
  const circle = [resource("a", { dependencies: [urn("b")] }), resource("b", { dependencies: [urn("a")] })];
  expect(() => layers(circle)).toThrow("circle");
});

test("dependents are found through others, but not through what has been settled already", () => {
  const all = [
    resource("a"),
    resource("b", { dependencies: [urn("a")] }),
    resource("c", { dependencies: [urn("b")] }),
    resource("d"),
  ];
  expect(names(dependents(all[0] as Resource, all, () => false))).toEqual(["b", "c"]);
  expect(names(dependents(all[0] as Resource, all, (each) => each === urn("b")))).toEqual([]);
});

test("children follow a renamed parent, and take its name along in their own", () => {
  const table = new AliasTable("dev", "p");
  const old = resource("old");
  const olds = new Map([[old.urn, old]]);
  const parent = { urn: urn("new"), type: "t:index:T", name: "new", parent: "", aliases: [{ name: "old" }] };
  expect(table.find(parent, olds, new Set())).toBe(old);
  const child = { urn: "", type: "t:index:C", name: "new-rules", parent: urn("new"), aliases: [] };
  expect(table.candidates(child)).toEqual([makeUrn("dev", "p", urn("old"), "t:index:C", "old-rules")]);
  expect(() => table.find({ ...parent, urn: urn("other") }, olds, new Set())).toThrow("conflicting");
});
