// Results of the jobs on each kind of host, and their table in docs/compatibility.md.
import { kinds, type KindName } from "../../../lab";

export const jobs = ["main job", "drift", "reboot", "destroy", "pair", "NAT", "TUN"] as const;
export type Job = (typeof jobs)[number];

/** A job without a result was not run. */
export type Results = Partial<Record<KindName, Partial<Record<Job, "holds" | "fails">>>>;

export const kindNames = Object.keys(kinds) as KindName[];

const line = (...cells: string[]) => `| ${cells.join(" | ")} |`;

function tableOf(results: Results): string {
  return [
    line("kind of host", ...jobs),
    line(...Array.from({ length: jobs.length + 1 }, () => "---")),
    ...kindNames.map((kind) => line(kind, ...jobs.map((job) => results[kind]?.[job] ?? "not run"))),
  ].join("\n");
}

const begin = "<!-- written by test/matrix/kinds.test.ts -->";
const end = "<!-- until here -->";

/** The page with the table of these results in place of the one that it has. */
export function withTable(page: string, results: Results): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no lines "${begin}" and "${end}" for the table`);
  return `${page.slice(0, from)}${begin}\n${tableOf(results)}\n${page.slice(to)}`;
}
