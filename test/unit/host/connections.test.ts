// What a preview reports about open connections when rules change.
import { describe, expect, it } from "vitest";
import { ForwardingMethod } from "../../../components/args/enums";
import { forwardingRow } from "../../../components/model/forwarding";
import { runAwk } from "./awk";

const service = "-A -t 10.0.0.100:80 -s rr";
const behind = (last: number, method = "-g", weight = 1) =>
  `-a -t 10.0.0.100:80 -r 10.0.0.${last}:80 ${method} -w ${weight}`;

function said(before: string[], after: string[], drain = 30): string[] {
  const differing = [
    ...before.filter((line) => !after.includes(line)),
    ...after.filter((line) => !before.includes(line)),
  ];
  const text = (lines: string[]) => lines.map((line) => `${line}\n`).join("");
  return runAwk("CONNECTIONS_AWK", [
    `drain=${drain}`,
    "tag=D",
    { text: text(after) },
    "tag=X",
    { text: text(differing) },
  ]);
}

describe("open connections", () => {
  it("are no matter where servers come, or weights change", () => {
    expect(said([service, behind(1)], [service, behind(1, "-g", 5), behind(2)])).toEqual([]);
    expect(said([], [service, behind(1)])).toEqual([]);
  });

  it("are waited for where servers leave", () => {
    expect(said([service, behind(1), behind(2), behind(3)], [service, behind(1)])).toEqual([
      "service -t 10.0.0.100:80 loses 10.0.0.2:80, 10.0.0.3:80: it gets no new connections, and those still open after 30 s end",
    ]);
    expect(said([service, behind(1), behind(2)], [service, behind(1)], 0)).toEqual([
      "service -t 10.0.0.100:80 loses 10.0.0.2:80: it gets no new connections, and those that are open end at once",
    ]);
  });

  it("keep their method where another one is declared", () => {
    expect(said([service, behind(1), behind(2)], [service, behind(1, "-m"), behind(2, "-i")])).toEqual([
      "service -t 10.0.0.100:80 reaches 10.0.0.1:80 by NAT: new connections go this way, and open ones keep their way; those still open after 30 s may end",
      "service -t 10.0.0.100:80 reaches 10.0.0.2:80 by tunneling: new connections go this way, and open ones keep their way; those still open after 30 s may end",
    ]);
    expect(said([service, behind(1, "-m")], [service, behind(1)], 0)).toEqual([
      "service -t 10.0.0.100:80 reaches 10.0.0.1:80 by direct routing: new connections go this way, and open ones end when the real servers are changed",
    ]);
  });

  it("stay where their scheduler changes", () => {
    expect(said([service, behind(1)], [`${service} -p 300`, behind(1)])).toEqual([
      "service -t 10.0.0.100:80 changes: open connections stay with their real servers, and new ones are scheduled as declared",
    ]);
  });

  it("stay where persistence gets an engine or another one, but what it remembers does not", () => {
    const sentence =
      "service -t 10.0.0.100:80 changes: open connections stay with their real servers, new ones are scheduled as declared, and what persistence has remembered no longer counts";
    const [plain, sip] = [`${service} -p 300`, `${service} -p 300 --pe sip`];
    expect(said([plain, behind(1)], [sip, behind(1)])).toEqual([sentence]);
    expect(said([sip, behind(1)], [plain, behind(1)])).toEqual([sentence]);
    for (const [before, after] of [
      [sip, `${service} -p 60 --pe sip`],
      [service, sip],
      [sip, service],
    ] as const)
      expect(said([before, behind(1)], [after, behind(1)])[0]).toMatch(/as declared$/);
  });

  it("are waited for where their service goes, or gets another port", () => {
    const other = [service, behind(1)].map((line) => line.replaceAll("100:80", "100:81"));
    expect(said([service, behind(1)], other)).toEqual([
      "service -t 10.0.0.100:80 is removed: it takes no new connections, and those still open after 30 s end",
    ]);
  });
});

it.each(Object.values(ForwardingMethod))(
  "a method has one name, here and where arguments are checked: %s",
  (method) => {
    const { flag, name } = forwardingRow(method);
    const other = flag === "-m" ? "-g" : "-m";
    const [sentence] = said([service, behind(1, other)], [service, behind(1, flag)]);
    expect(sentence).toContain(`reaches 10.0.0.1:80 by ${name}: `);
  },
);
