// A change of the method of forwarding: which connections are noted and waited for, and which host routes the director needs meanwhile.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell } from "./shell";

const parts = ["report.sh", "durable.sh", "ipvs.sh", "routes.sh", "connections.sh", "detours.sh"];
const list = (...lines: string[]) =>
  ["pro expire state source virtual destination", ...lines.map((line) => line.replace(" ", " 01:59 "))].join(
    "\n",
  );

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lvs-switched-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function onDirector(lines: string): Promise<string> {
  const { status, stdout, stderr } = await runShell(
    parts,
    `STATE=${folder}; lock_let_go() { :; }; lock_return() { :; }; ${lines}`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("the connections that began by a former method", () => {
  const noted = (keys: string, ...connections: string[]) =>
    onDirector(
      `ipvsadm() { printf '%s\\n' '${list(...connections)}'; }; connections_note '${keys}'; printf %s "$CONNECTIONS_NOTED"`,
    );

  it("are those of the destination whose method changes, and no others", async () => {
    expect(
      await noted(
        "-g -t 198.18.0.100:80 -r 198.18.0.21:80",
        "TCP ESTABLISHED 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80",
        "TCP SYN_RECV 198.18.0.31:2 198.18.0.100:80 198.18.0.21:80",
        "TCP FIN_WAIT 198.18.0.31:3 198.18.0.100:80 198.18.0.21:80",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.100:80 198.18.0.22:80",
        "UDP UDP 198.18.0.31:5 198.18.0.100:80 198.18.0.21:80",
      ),
    ).toBe(
      "TCP open 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80\n" +
        "TCP begun 198.18.0.31:2 198.18.0.100:80 198.18.0.21:80\n",
    );
  });

  it("are of every protocol and family, and of a mark by their real server", async () => {
    expect(
      await noted(
        "-m -u [fd18::100]:53 -r [fd18::21]:53\n-g -f 7 -r 198.18.0.22:0\n-i --sctp-service 198.18.0.100:9 -r 198.18.0.21:9",
        "UDP UDP [fd18::31]:5 [fd18::100]:53 [fd18::21]:53",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.100:443 198.18.0.22:443",
        "SCTP COOKIE_WAIT 198.18.0.31:4 198.18.0.100:9 198.18.0.21:9",
        "TCP ESTABLISHED 198.18.0.31:4 198.18.0.100:9 198.18.0.21:9",
      ),
    ).toBe(
      "UDP datagrams [fd18::31]:5 [fd18::100]:53 [fd18::21]:53\n" +
        "TCP perhaps 198.18.0.31:4 198.18.0.100:443 198.18.0.22:443\n" +
        "SCTP begun 198.18.0.31:4 198.18.0.100:9 198.18.0.21:9\n",
    );
  });

  it("are waited for, and new ones are not; datagrams are not waited for, but stay in sight", async () => {
    const old = "198.18.0.100:80 198.18.0.21:80";
    const said = await onDirector(
      `looks=('${list(`TCP ESTABLISHED 198.18.0.31:1 ${old}`, `UDP UDP 198.18.0.31:5 ${old}`)}'
        '${list(`TCP ESTABLISHED 198.18.0.31:1 ${old}`, `TCP ESTABLISHED 198.18.0.31:2 ${old}`, `UDP UDP 198.18.0.31:5 ${old}`)}'
        '${list(`TCP FIN_WAIT 198.18.0.31:1 ${old}`, `TCP ESTABLISHED 198.18.0.31:2 ${old}`, `UDP UDP 198.18.0.31:5 ${old}`)}')
      now=0 waited=0
      ipvsadm() { printf '%s\\n' "\${looks[now]}"; }
      sleep() { waited=$((waited + 1)); ((now == 2)) || now=$((now + 1)); }
      DRAIN=30
      connections_note '-g -t ${old.replace(" ", " -r ")}
-g -u ${old.replace(" ", " -r ")}'
      now=1
      connections_wait ''
      printf '%d %s' "$waited" "$CONNECTIONS_NOTED"`,
    );
    expect(said).toBe(`1 UDP datagrams 198.18.0.31:5 ${old}`);
  });
});

describe("a host route of the director", () => {
  const key = "-t 198.18.0.100:80 -r 198.18.0.21:80";
  const busy = list(
    "TCP TIME_WAIT 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80",
    "UDP UDP 198.18.0.31:1 198.18.0.100:53 198.18.0.21:53",
    "TCP ESTABLISHED [fd18::31]:1 [fd18::100]:80 [fd18::21]:80",
  );
  const added = (route: string, keys: string, add = ":") =>
    onDirector(`ip() { case " $* " in *' get '*) printf '%s\\n' '${route}' ;; *) printf 'ip %s\\n' "$*" >&3; ${add} ;; esac; }
      ipvsadm() { printf '%s\\n' '${busy}'; }
      { detours_add '${keys}'; } 3>&1`);
  const written = () => readFileSync(join(folder, "detours"), "utf8");
  const neighbour = "198.18.0.21 dev eth0 src 198.18.0.11 uid 0";
  const route = "198.18.0.21 via 198.18.0.21 dev eth0 src 198.18.0.11 onlink";

  it("is added before a change to direct routing, and to no other method, where there are connections", async () => {
    expect(
      await added(
        neighbour,
        `-g ${key}\n-m -t 198.18.0.100:80 -r 198.18.0.22:80\n-g -t 198.18.0.100:80 -r 198.18.0.23:80`,
      ),
    ).toBe(`ip -4 route add ${route}\n`);
    expect(written()).toMatch(new RegExp(`^\\d{10} ${route}\n$`));
  });

  it("is one of IPv6 as well", async () => {
    expect(
      await added(
        "fd18::21 from :: dev eth0 proto kernel src fd18::11 metric 256 pref medium",
        "-g -t [fd18::100]:80 -r [fd18::21]:80",
      ),
    ).toBe("ip -6 route add fd18::21 via fd18::21 dev eth0 src fd18::11 onlink\n");
  });

  it.each([
    "198.18.0.21 via 198.18.0.1 dev eth0 src 198.18.0.11 uid 0",
    "198.18.0.21 dev eth0 table 7 src 198.18.0.11 uid 0",
    "local 198.18.0.21 dev lo src 198.18.0.21 uid 0",
    "",
  ])("is not added where the real server is no neighbour: %s", async (found) => {
    expect(await added(found, `-g ${key}`)).toBe("");
    expect(existsSync(join(folder, "detours"))).toBe(false);
  });

  it("of the host's owner stays his", async () => {
    await added(neighbour, `-g ${key}`, "false");
    expect(written()).toBe("");
  });

  it("is needed for as long as a client of TCP sends, and of UDP always", async () => {
    const now = Date.now() / 1000;
    await added(neighbour, `-g ${key}`);
    const until = Number(written().split(" ")[0]);
    expect(until - now).toBeGreaterThan(1190);
    expect(until - now).toBeLessThan(1300);
    rmSync(join(folder, "detours"));
    await added(neighbour, "-g -u 198.18.0.100:53 -r 198.18.0.21:53");
    expect(written()).toBe(`always ${route}\n`);
  });

  const removed = async (rules: string, until: string) => {
    writeFileSync(join(folder, "detours"), `${until} ${route}\n`);
    const said = await onDirector(`ip() { printf 'ip %s\\n' "$*"; }; ipvs_readable() { :; }
      ipvsadm() { printf '%s\\n' '${rules}'; }
      detours_remove`);
    return { removed: said, written: existsSync(join(folder, "detours")) };
  };
  const rules = "-A -t 198.18.0.100:80 -s rr\n-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1";
  const gone = { removed: `ip -4 route del ${route}\n`, written: false };
  const stays = { removed: "", written: true };

  it("is removed by a later change, or when the table has no such destination", async () => {
    expect(await removed(rules, "1700000000")).toEqual(gone);
    for (const until of ["9999999999", "always"]) {
      expect(await removed("", until)).toEqual(gone);
      expect(await removed(rules.replace("-g", "-m"), until)).toEqual(gone);
      expect(await removed(rules.replaceAll("198.18.0.21", "198.18.0.213"), until)).toEqual(gone);
      expect(await removed(rules, until)).toEqual(stays);
    }
  });
});
