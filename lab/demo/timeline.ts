// Visits at a constant rate while something happens, and a picture of which director each of them went through.
import { setTimeout as delay } from "node:timers/promises";
import type { Lab } from "../index";

export interface Tick {
  /** The name of the director to whose MAC the client sends packets for the VIP; undefined while the client does not know the MAC. */
  through: string | undefined;
  answered: boolean;
}

export const pace = 100;

/** A visit every tenth of a second, whether earlier ones were answered or not. */
export async function visitSteadily(
  lab: Lab,
  vip: string,
  ticks: number,
  directors: Record<string, string>,
): Promise<Tick[]> {
  const visits: Promise<Tick>[] = [];
  const start = Date.now();
  while (visits.length < ticks) {
    await delay(Math.max(0, start + visits.length * pace - Date.now()));
    visits.push(visit(lab, vip, directors));
  }
  return Promise.all(visits);
}

async function visit(lab: Lab, vip: string, directors: Record<string, string>): Promise<Tick> {
  const [page, neighbour] = await Promise.all([
    lab.exec("c1", ["curl", "-s", "-m", "0.3", "-o", "/dev/null", `http://${vip}/`]),
    lab.exec("c1", ["ip", "neigh", "show", vip, "dev", "eth0"]),
  ]);
  const mac = / lladdr (\S+)/.exec(neighbour.stdout)?.[1];
  return {
    through: Object.keys(directors).find((name) => directors[name] === mac),
    answered: page.code === 0,
  };
}

/** One row for each director, one column for each visit: ● answered, ✗ not. A line above them marks when `what` happened. */
export function timeline(ticks: Tick[], directors: string[], what: { at: number; called: string }): string[] {
  const margin = "through d1  ".length;
  const seconds = ticks.map((_, index) => (index % 10 === 0 ? `${index / 10} s`.padEnd(10) : "")).join("");
  let last = directors[0];
  const rows = ticks.map(({ through }) => (last = through ?? last));
  return [
    " ".repeat(margin) + seconds.trimEnd(),
    `${" ".repeat(margin + what.at)}▼ ${what.called}`,
    ...directors.map((director) => {
      const marks = ticks.map(({ answered }, index) =>
        rows[index] === director ? (answered ? "●" : "✗") : "·",
      );
      return `through ${director}  ${marks.join("")}`;
    }),
  ];
}
