// The results of a run of the whole matrix, as a page.
import { type Cell, families, further, matrix, methods, titleOf, traffics } from "./cells";

/** Results by the title of a cell. */
export type Results = Record<string, "holds" | "fails">;

const head = `# The matrix of forwarding methods

Every method of forwarding with every kind of service, on one director and on a pair. \`LVS_FORWARDING_RESULTS=FILE npm run test:matrix -- forwarding\` writes this page. FILE keeps the result of each cell: cells that hold there are not run again.

A cell *holds* if all of this is so:
- A client behind a router reaches the real servers in the proportion that the scheduler promises; of a persistent service, each client reaches one of them.
- Packets go the method's way, as the lab's bridges see them: with \`nat\` every reply passes the director, with \`dr\` and \`tun\` none does.
- With TCP, 4 MB arrive intact in each direction, by way of every real server.
- The kernel's table is what was declared, and a second \`up\` changes nothing.
- After a power cut of all its hosts it answers by itself.
- \`destroy\` leaves the hosts as they were before; packages may stay.

The real servers of \`tun\` are in two networks.
`;

/** A cell without a result is one that was not run. */
export function tableOfResults(results: Readonly<Results>): string {
  const said = (title: string): string => results[title] ?? "not run";
  const columns = [
    { persistent: false, pair: false },
    { persistent: false, pair: true },
    { persistent: true, pair: false },
    { persistent: true, pair: true },
  ];
  const rows = methods.flatMap((method) =>
    families.flatMap((family) =>
      traffics.map((traffic) => {
        const row = matrix.filter(
          (each) => each.method === method && each.family === family && each.traffic.includes(traffic),
        );
        const cells = columns.map(({ persistent, pair }) =>
          row.find((each) => each.persistent === persistent && each.pair === pair)!,
        );
        return line(method, family, traffic, ...cells.map((each: Cell) => said(titleOf(each))));
      }),
    ),
  );
  const more = Object.keys(further).map((name) => line(name, said(name)));
  return [
    head,
    line("method", "", "", "one director", "pair", "persistent, one director", "persistent, pair"),
    line(...Array.from({ length: 7 }, () => "---")),
    ...rows,
    "",
    line("further cells, with TCP, over IPv4 unless they say otherwise", "result"),
    line("---", "---"),
    ...more,
    "",
  ].join("\n");
}

const line = (...cells: string[]) => `| ${cells.join(" | ")} |`;
