// Texts of the host's program, split in memory.
import { describe, expect, it } from "vitest";
import { runShell } from "./shell";

async function run(lines: string): Promise<string> {
  const { status, stdout, stderr } = await runShell(["report.sh"], lines);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

const text =
  "$'packages\\tnginx\\naddresses\\t198.18.0.100/32 dev eth0\\npackages\\thttpd stays\\nfiles packages\\t/x\\n'";

describe("the facts of a section", () => {
  it.each([
    ["packages", "nginx\nhttpd stays\n"],
    ["addresses", "198.18.0.100/32 dev eth0\n"],
    ["sysctl", ""],
    ["package", ""],
  ])("%s", async (section, facts) => {
    expect(await run(`facts_text_of ${section} ${text}; printf %s "$REPLY"`)).toBe(facts);
  });

  it("are not expanded as patterns", async () => {
    expect(await run(`cd /; facts_of sysctl $'sysctl\\t* = 1\\n'; printf '%s|' "\${FACTS_OF[@]}"`)).toBe(
      "* = 1|",
    );
  });
});
