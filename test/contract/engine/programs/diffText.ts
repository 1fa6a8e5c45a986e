import * as pulumi from "@pulumi/pulumi";
import { effect } from "./effect";

const document = (weight: number, extra: string[]): string =>
  [
    "# generation 1",
    "[packages]",
    "ipvsadm",
    "[modules]",
    "ip_vs",
    "ip_vs_wrr",
    "",
    "[ipvs]",
    ...extra,
    "-A -t 198.18.0.100:80 -s wrr",
    `-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w ${weight}`,
    "-a -t 198.18.0.100:80 -r 198.18.0.22:80 -g -w 1",
    "[addresses]",
    "198.18.0.100/32 dev eth0",
    "[files]",
    "/a mode=0644",
    "| one",
    "| two",
    "| three",
    `| ${"long ".repeat(40)}${weight}`,
    "| last",
    "",
  ].join("\n");

class Box extends pulumi.ComponentResource {
  constructor(args: Record<string, unknown>) {
    super("table:index:Box", "box", args);
    effect("inner", { stdin: document(args.weight as number, []) }, { parent: this });
  }
}

/** Every shape of value, and every kind of change to it, as the diff view words them. */
export default function diffText(phase: number) {
  const second = phase === 2;
  new Box({
    weight: second ? 3 : 1,
    same: "kept",
    list: second ? ["a", "c", "d"] : ["a", "b"],
    tree: { x: second, y: [1.5, 1e21, 12345678] },
    empty: second ? [] : {},
    gone: second ? undefined : "text",
    added: second ? { a: 1 } : undefined,
  });
  effect("lines", { stdin: document(second ? 2 : 1, second ? ["-A -u 198.18.0.100:53 -s rr"] : []) });
  effect("word", {
    create: `echo "${second ? "good evening" : "good morning"}" \t\\`,
    delete: second ? undefined : "true",
  });
  effect("json", {
    stdin: JSON.stringify(second ? { weight: 2, keep: [1], more: "x" } : { weight: 1, keep: [1] }),
  });
  effect("yaml", { stdin: `weight: ${second ? 2 : 1}\nkeep:\n  - 1\n` });
  effect("grown", { stdin: second ? "one\ntwo\n" : "one" });
  effect(
    "hidden",
    { stdin: second ? "after" : "before", environment: { A: second ? "2" : "1" } },
    { hideDiffs: ["stdin"] },
  );
  effect("secret", {
    stdin: pulumi.secret(second ? "new" : "old"),
    environment: second ? { S: pulumi.secret("x") } : undefined,
  });
  effect("long", { stdin: `${"x".repeat(200)}\n2\n3\n4\n` });
  if (!second) effect("leaving", { environment: { A: "1" }, triggers: ["t"] }, { retainOnDelete: true });
  if (second) effect("replaced", { triggers: [2] }, { protect: true });
  else effect("replaced", { triggers: [1] });
  return {
    text: second ? "b" : "a",
    list: [second],
    secret: pulumi.secret("s"),
    object: { a: { b: phase } },
  };
}
