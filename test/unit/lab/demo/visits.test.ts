import { expect, test } from "vitest";
import { inTurn, picture } from "../../../../lab/demo/visits";

const servers = ["r1", "r2", "r3"];

test.each([
  [["r3", "r2", "r1", "r3", "r2", "r1", "r3"], true],
  [["r1", "r2"], true],
  [["r1", "r2", "r1"], false],
  [["r1", "r2", "r3", "r2", "r1", "r3"], false],
  [["r1", "r2", undefined], false],
  [["r1", "r2", "r4"], false],
  [[], false],
])("%j in turn: %s", (answers, expected) => expect(inTurn(answers, servers)).toBe(expected));

test("a picture", () => {
  expect(picture("198.18.0.100", "d1", servers, ["r1", "r2", "r3", "r1"])).toEqual([
    "                          ┌─▶ r1  ● · · ●  2",
    "c1 ─▶ 198.18.0.100 on d1 ─┼─▶ r2  · ● · ·  1",
    "                          └─▶ r3  · · ● ·  1",
  ]);
});

test("a picture with visits that nobody answered", () => {
  expect(picture("198.18.0.100", "d1", servers, ["r1", undefined])).toEqual([
    "                          ┌─▶ r1         ● ·  1",
    "c1 ─▶ 198.18.0.100 on d1 ─┼─▶ r2         · ·  0",
    "                          └─▶ r3         · ·  0",
    "                              no answer  · ✗  1",
  ]);
});
