// Visits to the virtual address, and a picture of the servers that answered them.
import type { Lab } from "../index";

/** The server that answered each of these visits, one after the other; undefined if none did within seconds. */
export async function visit(
  lab: Lab,
  vip: string,
  count: number,
  patience = 5,
): Promise<(string | undefined)[]> {
  // Each visit has a connection of its own. The bar after each answer also marks a missing answer.
  const one = ["-s", "-m", String(patience), "-H", "Connection: close", "-w", "|", `http://${vip}/`];
  const all = Array.from({ length: count }, (_, index) => (index === 0 ? one : ["--next", ...one])).flat();
  const { stdout } = await lab.exec("c1", ["curl", ...all]);
  return stdout
    .split("|")
    .slice(0, count)
    .map((page) => /<h1>(\w+)<\/h1>/.exec(page)?.[1]);
}

/** Whether each server answered as often as any other, and none a second time before all others had answered. */
export function inTurn(answers: (string | undefined)[], servers: string[]): boolean {
  return (
    answers.length > 0 &&
    answers.every((_, index) => {
      const round = answers.slice(index, index + servers.length);
      return (
        round.every((who) => who !== undefined && servers.includes(who)) &&
        new Set(round).size === round.length
      );
    })
  );
}

/** One column for each visit, one row for each real server; the last row is for visits without an answer. */
export function picture(
  vip: string,
  director: string,
  servers: string[],
  answers: (string | undefined)[],
): string[] {
  const rows: (string | undefined)[] = answers.includes(undefined) ? [...servers, undefined] : servers;
  const names = rows.map((row) => row ?? "no answer");
  const width = Math.max(...names.map((name) => name.length));
  const from = `c1 ─▶ ${vip} on ${director} ─`;
  const middle = Math.floor(servers.length / 2);
  return rows.map((row, index) => {
    const lead = index === middle ? from : " ".repeat(from.length);
    const branch = index === middle ? "┼" : index === 0 ? "┌" : index === servers.length - 1 ? "└" : "├";
    const way = row === undefined ? "   " : `${branch}─▶`;
    const mark = row === undefined ? "✗" : "●";
    const marks = answers.map((who) => (who === row ? mark : "·")).join(" ");
    const count = answers.filter((who) => who === row).length;
    return `${lead}${way} ${names[index]!.padEnd(width)}  ${marks}  ${count}`;
  });
}
