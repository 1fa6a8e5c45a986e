// Every example is a complete project: the lab's scenarios run only some of them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

/** The program itself is in Pulumi.yaml. */
const yamlProgram = {
  runtime: "yaml",
  packages: { lvs: "../../plugin" },
  config: expect.anything() as unknown,
  resources: expect.anything() as unknown,
  outputs: expect.anything() as unknown,
};
const examples = join(__dirname, "../../examples");

describe.each(readdirSync(examples))("examples/%s", (name) => {
  it("is a Pulumi project that says what it is, with a program and a page to read", () => {
    const main = name.endsWith("javascript") ? "index.js" : "index.ts";
    const project = parse(readFileSync(join(examples, name, "Pulumi.yaml"), "utf8")) as Record<
      string,
      string
    >;
    expect(project).toEqual({
      name: `lvs-${name}`,
      description: expect.stringMatching(/\w{3,}/) as string,
      ...(name.endsWith("yaml") ? yamlProgram : { runtime: "nodejs", main }),
    });
    for (const file of ["README.md", ...(name.endsWith("yaml") ? [] : [main])])
      expect(existsSync(join(examples, name, file)), file).toBe(true);
  });
});
