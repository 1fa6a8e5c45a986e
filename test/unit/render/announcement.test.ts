import { expect, test } from "vitest";
import { announcement } from "../../../components/render/announcement";
import { renderDocument } from "../../../components/render/document";

const page = (content: string) =>
  announcement("r1", renderDocument("o", { files: [{ path: "/p", content }] }))
    .split("\n")
    .slice(3);

test("every fact of the document and nothing else", () => {
  const document = renderDocument("web/prod/Director/d1", {
    drain: 30,
    packages: [{ name: "ipvsadm", removeOnDestroy: false }],
    addresses: [{ address: "198.18.0.100", device: "eth0" }],
  });
  expect(announcement("d1 (198.18.0.11)", document)).toBe(
    "d1 (198.18.0.11) will get:\n  [settings]\n  drain = 30\n  [packages]\n  ipvsadm\n  [addresses]\n  198.18.0.100/32 dev eth0",
  );
});

test("a short page in full", () => {
  expect(page("one\n\n# end\n")).toEqual(["  | one", "  | ", "  | # end"]);
});

test("the beginning of a long page", () => {
  expect(page("x\n".repeat(12))).toEqual([...Array<string>(10).fill("  | x"), "  | … 2 more"]);
  expect(page("y".repeat(500))).toEqual([`  | ${"y".repeat(148)}…`]);
});

test("what follows a long page", () => {
  const document = renderDocument("o", {
    files: [
      { path: "/a", content: "x\n".repeat(11) },
      { path: "/b", content: "z" },
    ],
    units: ["nginx.service"],
  });
  expect(announcement("r1", document).split("\n").slice(-5)).toEqual([
    "  | … 1 more",
    "  /b mode=0644 owner=root group=root",
    "  | z",
    "  [units]",
    "  nginx.service enabled active",
  ]);
});
