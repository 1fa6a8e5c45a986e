// Visits to the virtual address, and a picture of who answered them.
import type { Lab } from "../index";

/** Who answered each of so many visits, one after the other; undefined where nobody did, within seconds. */
export async function visit(
  lab: Lab,
  vip: string,
  count: number,
  patience = 5,
): Promise<(string | undefined)[]> {
  // Each over a connection of its own. The bar after each answer shows also where there was none.
  const one = ["-s", "-m", String(patience), "-H", "Connection: close", "-w", "|", `http://${vip}/`];
  const all = Array.from({ length: count }, (_, index) => (index === 0 ? one : ["--next", ...one])).flat();
  const { stdout } = await lab.exec("c1", ["curl", ...all]);
  return stdout
    .split("|")
    .slice(0, count)
    .map((page) => /<h1>(\w+)<\/h1>/.exec(page)?.[1]);
}

/** Whether each of them answered as often as any other, and none twice before all others had. */
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

/** A column a visit, a row a real server; the last row is for visits that nobody answered. */
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
