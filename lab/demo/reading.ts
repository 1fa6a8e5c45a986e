// The parts of an operation's output that a viewer should see: pure functions of the Pulumi CLI's text.

/** What each host will get, by host: the lines under `d1 (198.18.0.11) will get:`. */
export function announced(output: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  let open: { margin: number; lines: string[] } | undefined;
  for (const line of output.split("\n")) {
    const margin = line.search(/\S/);
    const host = /^\s*(\S+) \(\S+\) will get:$/.exec(line)?.[1];
    if (host !== undefined) {
      open = { margin, lines: [] };
      hosts.set(host, open.lines);
    } else if (open !== undefined && margin > open.margin) open.lines.push(line.slice(open.margin + 2));
    else open = undefined;
  }
  return hosts;
}

export interface Difference {
  /** The name of the resource with the difference. */
  resource: string;
  /** `+ …` or `- …`. */
  line: string;
}

/** The lines with a sign at their beginning, from the text of a `preview --diff` about each host. */
export function differences(output: string): Difference[] {
  let resource = "";
  let inside = false;
  return output.split("\n").flatMap((line): Difference[] => {
    resource = /\[urn=.*::([^\]]+)\]$/.exec(line)?.[1] ?? resource;
    if (/^\s*~ stdin\s*: *$/.test(line)) inside = true;
    else if (/^\s*([~+-] ?)?\w+:/.test(line) || line.includes("[urn=")) inside = false;
    const change = /^\s*([+-]) (.*)$/.exec(line);
    return inside && change ? [{ resource, line: `${change[1]} ${change[2]}` }] : [];
  });
}

/** A finished change of a host: `+ web-r1 created (3.4s)`; undefined for any other line. */
export function progress(line: string): string | undefined {
  const words = /^ *([+~-]+) +command:remote:Command (\S+) ((?:created|updated|deleted).*?) *$/.exec(line);
  return words ? words.slice(1).join(" ") : undefined;
}

/** `10 created`, `4 updated. 6 unchanged`, …: the operation in a few words. */
export function summed(output: string): string {
  const words = output.split(/^Resources:.*$/m).at(-1) ?? "";
  const counts = words.match(/\d+ (created|updated|deleted|unchanged|to create|to update|to delete)/g);
  return (counts ?? ["nothing"]).join(", ");
}
