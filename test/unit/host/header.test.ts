import { describe, expect, it } from "vitest";
import { runShell } from "./shell";

async function header(stored: string, reason: string, drift: string[]): Promise<string[]> {
  const words = [stored, reason, ...drift].map((word) => `'${word}'`).join(" ");
  const { stdout } = await runShell(["observe.sh"], `observe_header ${words}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^H /, ""));
}

describe("the header of the next generation", () => {
  const drift = [
    "lost  -a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1",
    "lost  -A -t 198.18.0.100:80 -s rr",
  ];

  it("counts on and says what was lost and found", async () => {
    expect(await header("# generation 1 since 2026-11-22T09:58:12Z", "repairs drift", drift)).toEqual([
      "# generation 2: repairs drift",
      `# 2 ${drift[0]}`,
      `# 2 ${drift[1]}`,
    ]);
  });

  it("counts from one where no header is known", async () => {
    expect(await header("", "finishes an interrupted change", [])).toEqual([
      "# generation 1: finishes an interrupted change",
    ]);
  });

  // A preview shows the lines that differ from the last header. If the same drift is found again, these must be all lines.
  it("shares no line with the one before, be the drift the same", async () => {
    const first = await header("# generation 9 since 2026-11-22T09:58:12Z", "repairs drift", drift);
    const second = await header(first.join("\n"), "repairs drift", drift);
    expect(second).toHaveLength(3);
    expect(second.filter((line) => first.includes(line))).toEqual([]);
  });
});
