// Hosts that somebody changes by hand, and what the next preview reports about them.
import { expect } from "vitest";
import type { DriftCase } from "./driftCases";
import { gained } from "./previewed";
import { shell, type Stack } from "./stack";

/** Makes the changes of all cases. All cases of one host are one call: it takes as long as the slowest host. */
export async function breakAll(cases: DriftCase[]): Promise<void> {
  const lines = (host: string) => cases.filter((each) => each.host === host).map((each) => each.break);
  const hosts = [...new Set(cases.map(({ host }) => host))];
  await Promise.all(hosts.map((host) => shell(host, ["set -e", ...lines(host)].join("\n"))));
}

/** Fails unless a preview reports the lines of these cases, each for its host, and no others. */
export async function named(stack: Stack, hosts: string[], cases: DriftCase[]): Promise<void> {
  const preview = await stack.try("preview", { diff: true, expectNoChanges: true });
  const shown = gained(preview.stdout);
  for (const host of hosts) {
    const mine = cases.filter((each) => each.host === host);
    const [title = "", ...lines] = shown[host] ?? [];
    const generation = /^# generation (\d+): repairs drift$/.exec(title)?.[1];
    const wanted = mine.flatMap((each) => each.lines.map((line) => `# ${generation} ${line}`));
    expect(title !== "", `${host}: ${title}`).toBe(mine.length > 0);
    // One by one first, so that a failure names its case.
    for (const each of mine) {
      expect(lines, each.name).toEqual(
        expect.arrayContaining(each.lines.map((line) => `# ${generation} ${line}`)),
      );
    }
    expect([...lines].sort(), preview.stdout).toEqual(wanted.sort());
  }
  expect(preview.code, preview.stderr).toBe(7);
}
