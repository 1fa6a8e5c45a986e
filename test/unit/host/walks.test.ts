// One short walk on a host in a folder, with every kind of step. test:long has longer and random ones there, and on a real host.
import { expect, it } from "vitest";
import { walkInFolder } from "../../walks/fake/walk";
import type { Step, Want } from "../../walks/steps";

const one: Want = { vips: [1, 2], scheduler: "wlc", forwarding: "dr", weights: [5, 0], page: "one\n" };
const two: Want = { ...one, vips: [2, 3], scheduler: "sh", page: "two\nlines\n" };

// (One owner is there for as long as possible: a look at each one follows each step.)
const path: Step[] = [
  { kind: "declare", owner: 0, want: one },
  { kind: "hand", hand: 0 },
  { kind: "declare", owner: 0, want: { ...one, vips: [1], forwarding: "nat", page: "  \\n %s\n" } },
  { kind: "power" },
  { kind: "kill", owner: 1, want: two, after: 11 },
  { kind: "rename", owner: 1, want: two },
  { kind: "remove", owner: 0, want: one },
  { kind: "move", owner: 1, want: { ...two, forwarding: "tun" } },
  { kind: "replace", owner: 1, want: two },
];

it("a host is as declared after each step of a walk, and as it was before at its end", async () => {
  const kinds: Record<Step["kind"], true> = {
    declare: true,
    kill: true,
    hand: true,
    rename: true,
    power: true,
    move: true,
    remove: true,
    replace: true,
  };
  expect(new Set(path.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)));
  await walkInFolder(path);
});
