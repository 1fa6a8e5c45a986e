// The wait before a real server is removed from the table.
import { describe, expect, it } from "vitest";
import { runShell } from "./shell";

const drained = "-t 198.18.0.100:80 -r 198.18.0.21:80";

/** The table at one look: connections of the drained real server, and another real server that stays busy. */
const look = (active: number, inactive: number, ...states: string[]) => ({
  table: [
    "Prot LocalAddress:Port Scheduler Flags",
    "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
    "TCP  198.18.0.100:80 rr",
    `  -> 198.18.0.21:80               Route   0      ${active}          ${inactive}         `,
    "  -> 198.18.0.22:80               Route   1      7          7         ",
    "TCP  198.18.0.100:443 rr",
    "  -> 198.18.0.21:443              Route   1      7          7         ",
  ].join("\n"),
  connections: [
    "pro expire state       source             virtual            destination",
    "TCP 01:59  SYN_RECV    198.18.0.31:1      198.18.0.100:80    198.18.0.22:80",
    "TCP 01:59  ESTABLISHED 198.18.0.31:2      198.18.0.100:443   198.18.0.21:443",
    ...states.map(
      (state) => `TCP 01:59  ${state.padEnd(11)} 198.18.0.31:3      198.18.0.100:80    198.18.0.21:80`,
    ),
  ].join("\n"),
});

/** How many seconds are waited if the table looks like this, second by second, and then as at the last look. */
async function waited(drain: number, ...looks: ReturnType<typeof look>[]): Promise<string> {
  const tables = looks.map(({ table }) => `'${table}'`).join(" ");
  const connections = looks.map(({ connections }) => `'${connections}'`).join(" ");
  const { status, stdout, stderr } = await runShell(
    ["report.sh", "ipvs.sh", "connections.sh"],
    `MINE=/none; lock_let_go() { :; }; lock_return() { :; }
    tables=(${tables}) connections=(${connections}) now=0 waited=0
    unset SECONDS; SECONDS=0 # the sleeps make the time here
    ipvsadm() {
      if [[ $1 == -Lnc ]]; then printf '%s\\n' "\${connections[now]}"; else printf '%s\\n' "\${tables[now]}"; fi
    }
    sleep() { waited=$((waited + 1)) SECONDS=$((SECONDS + 1)); if ((now < \${#tables[@]} - 1)); then now=$((now + 1)); fi; }
    DRAIN=${drain}
    connections_wait '${drained}'
    printf '%d' "$waited"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("draining", () => {
  it("waits for connections that are active, and for none that have ended", async () => {
    expect(await waited(30, look(0, 0))).toBe("0");
    expect(await waited(30, look(0, 2, "FIN_WAIT", "TIME_WAIT"))).toBe("0");
    expect(await waited(30, look(2, 0), look(1, 1), look(0, 2, "FIN_WAIT", "FIN_WAIT"))).toBe("2");
  });

  it("waits for a connection whose handshake had begun before the weight went to 0", async () => {
    const handshake = look(0, 2, "FIN_WAIT", "SYN_RECV");
    expect(await waited(30, handshake, look(1, 1), look(0, 2, "FIN_WAIT", "FIN_WAIT"))).toBe("2");
    // The connection ended between the two looks at the table.
    expect(await waited(30, look(0, 1, "ESTABLISHED"), look(0, 0))).toBe("1");
  });

  it("ends when its time is over, and says what it leaves", async () => {
    expect(await waited(3, look(2, 1))).toBe(
      "note: 2 connections were still active after 3 s of draining\n3",
    );
    expect(await waited(3, look(0, 1, "SYN_RECV"))).toMatch(/^note: 1 connections .*\n3$/);
    expect(await waited(0, look(2, 1))).toBe("0");
  });

  it.each(["-Ln", "-Lnc"])(
    "ends the run where the connections cannot be read (%s): they may be under way",
    async (failing) => {
      const { status, stderr } = await failed(`[[ $1 != ${failing} ]] &&`, ":");
      expect(status).toBe(1);
      expect(stderr).toContain(`try it by hand: ipvsadm ${failing}\n`);
    },
  );

  it.each([1, 2])("ends the run where count %d of them fails", async (count) => {
    const { status, stdout, stderr } = await failed(
      "",
      `awk() { echo >>"$counted"; [[ $(wc -l <"$counted") != ${count} ]] && command awk "$@"; }`,
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("ipvsadm cannot read the table");
  });
});

/** A wait in which `ipvsadm` only answers under this condition. */
function failed(condition: string, others: string) {
  const { table } = look(0, 2);
  return runShell(
    ["report.sh", "ipvs.sh", "connections.sh"],
    `counted=$(mktemp); trap 'rm "$counted"' EXIT
    ipvsadm() { ${condition} echo '${table}'; }; ${others}; DRAIN=9; connections_wait '${drained}'; echo drained`,
  );
}
