// Makes previews of two runs comparable: replaces the ids that Pulumi assigns and the date of a host's first generation, and sorts the
// hosts, which answer in any order.

const step = /^ *(?:[+~-] ?)?[\w:]+: \((\w+)\)/;
const end = /^( *--outputs:--|Resources:)?$/;

export function normalised(stdout: string, stderr: string): string {
  const notes = stderr.split(/^(?=\S+ \(\S+\) will get:$)/m).filter((note) => note.trim() !== "");
  const beside = notes.length === 0 ? "" : `\nbeside it:\n${notes.sort().join("")}`;
  return `${ordered(stdout).trim()}\n${beside}`
    .replaceAll(/\[id=\S+?[0-9a-f]{8}\]/g, "[id=ID]")
    .replaceAll(/(default_\d+_\d+_\d+::)[0-9a-f-]{36}/g, "$1ID")
    .replaceAll(/(# generation 1 since )[0-9-]+T[0-9:]+Z/g, "$1DATE");
}

/** Sorts steps that create or change something by name, and keeps deletions after them in their order. */
function ordered(stdout: string): string {
  const blocks: { rank: string; lines: string[] }[] = [{ rank: "", lines: [] }];
  let tail = false;
  for (const line of stdout.split("\n")) {
    const operation = step.exec(line)?.[1];
    tail ||= end.test(line) && blocks.length > 1;
    if (operation !== undefined || (tail && blocks.at(-1)!.rank !== "~"))
      blocks.push({ rank: operation === undefined ? "~" : operation === "delete" ? "}" : "", lines: [] });
    const block = blocks.at(-1)!;
    const name = /\[urn=.*::([^\]]+)\]$/.exec(line)?.[1];
    if (name !== undefined && block.rank === "" && !line.includes("pulumi:pulumi:Stack")) block.rank = name;
    block.lines.push(line);
  }
  // The sort is stable: the stack and the lines before it stay first, deletions and the summary last, in their order.
  blocks.sort((one, other) => (one.rank < other.rank ? -1 : one.rank > other.rank ? 1 : 0));
  return blocks.flatMap(({ lines }) => lines).join("\n");
}
