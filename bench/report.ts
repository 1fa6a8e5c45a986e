import { inWords, median } from "./samples";
import { downInterval, ratioOf, verdict, type Findings, type Row, type TakeOver, type Way } from "./row";

/** Where and when it was measured. */
export interface Circumstances {
  date: string;
  commit: string;
  /** The version of the Pulumi CLI, and which of its plugins are the lab's. */
  cli: string;
  node: string;
  machine: string;
  /** One-minute load averages of the machine. If they are above its number of processors, other work slowed the run down. */
  load: { before: number; after: number };
  seconds: number;
}

export function asMarkdown(
  { rows, takeOvers, removals, counts, ways }: Findings,
  where: Circumstances,
): string {
  const timed = rows.map((row) =>
    cells([row.what, inWords(row.seconds), against(row), ratioOf(row).toFixed(2), budget(row), verdict(row)]),
  );
  const counted = counts.map(({ what, wanted, found }) =>
    cells([what, wanted, found, wanted === found ? "as it should be" : "NOT AS IT SHOULD BE"]),
  );
  const load = `load ${where.load.before.toFixed(1)} before and ${where.load.after.toFixed(1)} after`;
  return `${[
    "# What it costs",
    "",
    `By \`npm run bench\` on ${where.date}, commit ${where.commit}: ${where.machine}, ${load}; Node.js ${where.node}; ${where.cli}; ${where.seconds.toFixed(0)} s in all.`,
    "Everything was measured in the same run, in turns, on the same machine. Medians; in brackets the fastest and the slowest run.",
    "Times depend on the machine and on what else it does, ratios much less. No test looks at them.",
    ...table(["what", "time", "compared with", "ratio", "budget", "verdict"], timed),
    ...table(
      [
        "how the master fails",
        "adverts every",
        "until the other answers",
        "by RFC 9568 after",
        "when it comes back",
      ],
      takeOvers.map(takeOver),
      "A pair of directors, tried two hundred times a second by TCP through the VIP: the longest time without an answer.",
    ),
    ...table(
      ["a real server", "until it is out of the table", "at the latest after", "requests that failed then"],
      removals.map(({ what, seconds, latest, failed }) =>
        cells([what, inWords(seconds), `${latest.toFixed(2)} s`, String(failed)]),
      ),
      "A pair's real server that fails, from the moment that it is told to; and a second of visits as soon as it is out.",
    ),
    ...table(
      [
        "way",
        "requests a second",
        "of straight",
        "answered after (median)",
        "99 % after",
        "MB a second",
        "of straight",
      ],
      ways.map((way) => wayRow(way, ways[0]!)),
      "A client behind a router; eight visitors at a time, each request over a connection of its own; and one large file. Machines share two processors, so a hop costs more here than on machines of their own.",
    ),
    ...table(["counted", "should be", "is", "verdict"], counted),
  ].join("\n")}\n`;
}

/** A table with its heading, and the note above it. Nothing if it has no rows. */
function table(heading: string[], rows: string[], note?: string): string[] {
  if (rows.length === 0) return [];
  const lines = [cells(heading), cells(heading.map(() => "---")), ...rows];
  return note === undefined ? ["", ...lines] : ["", note, "", ...lines];
}

function takeOver(found: TakeOver): string {
  return cells([
    found.what,
    `${found.advert} s`,
    inWords(found.seconds),
    `${downInterval(found).toFixed(2)} s`,
    inWords(found.back),
  ]);
}

function wayRow(way: Way, straight: Way): string {
  const ratio = (part: (way: Way) => number[]) => (median(part(way)) / median(part(straight))).toFixed(2);
  return cells([
    way.what,
    median(way.perSecond).toFixed(0),
    ratio(({ perSecond }) => perSecond),
    `${median(way.median).toFixed(0)} ms`,
    `${median(way.slow).toFixed(0)} ms`,
    median(way.megabytes).toFixed(0),
    ratio(({ megabytes }) => megabytes),
  ]);
}

function against(row: Row): string {
  return row.against.map(({ what, seconds }) => `${what}: ${inWords(seconds)}`).join(" **+** ");
}

function budget(row: Row): string {
  return row.budget === undefined ? "" : row.budget.toFixed(1);
}

function cells(texts: string[]): string {
  return `| ${texts.join(" | ")} |`;
}
