// The host's table of nf_tables, tested with packets: marks, by which several ports are one service; smaller segments if packets arrive by
// a tunnel; and services of SCTP.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fingerprint, fingerprint, leftBehind, withoutNewPackages } from "../../lab/fingerprint";
import { answerHttp, answerSctp } from "./support/answering";
import { hosts, leftBesidesPackages, nothing, ofEach, resetClusterHosts } from "./support/leftovers";
import { on, shell, Stack, theLab } from "./support/stack";
import { answersInTurn, tally, visits } from "./support/traffic";

const program = `${__dirname}/programs/cluster`;
const vip = "198.18.0.100";

describe("the firewall's table of a real server", () => {
  let stack: Stack;
  let before: Fingerprint;
  const table = () => shell("r1", "nft list table inet pulumi_lvs");

  beforeAll(async () => {
    before = await fingerprint(theLab(), "r1");
    stack = new Stack(program, {
      hosts: JSON.stringify(["d1", "r1"]),
      cluster: JSON.stringify({ vips: [vip], forwarding: "tun", services: [{ port: 80 }] }),
    });
  });

  afterAll(() => stack.forget());

  it("is refused where somebody else has one of that name", async () => {
    await shell("r1", "dnf -y -q install nftables; nft add table inet pulumi_lvs");
    const { code, stdout, stderr } = await stack.try("preview");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toMatch(
      /r1 .*\n +this host has a table inet pulumi_lvs of nf_tables that is not known to be this package's/,
    );
    expect(await table()).toBe("table inet pulumi_lvs {\n}");
    await shell("r1", "nft delete table inet pulumi_lvs; rmmod nf_tables");
  });

  it("has clients send segments that fit into a tunnel", async () => {
    await stack.up();
    const serve = "import socket; s = socket.create_server(('', 80)); [s.accept() for _ in range(9)]";
    await on("r1", "systemd-run", "-q", "--collect", "--unit=accept", "python3", "-c", serve);
    const ask = `import socket; print(socket.create_connection(("${vip}", 80), 10).getsockopt(6, 2))`;
    // (Time stamps take 12 bytes of 1440.)
    expect(await on("c1", "python3", "-c", ask)).toBe("1428");
    await on("r1", "systemctl", "stop", "accept");
  });

  it("is put right when somebody has changed it, or flushed all tables", async () => {
    const good = await table();
    await shell(
      "r1",
      `nft flush chain inet pulumi_lvs clamps
      nft add rule inet pulumi_lvs clamps tcp dport 25 drop`,
    );
    const preview = await stack.preview();
    expect(preview).toContain(`lost  firewall clamp 1440 from ${vip}`);
    expect(preview).toContain("found firewall rule clamps tcp dport 25 drop");
    await stack.up();
    expect(await table()).toBe(good);
    await shell("r1", "nft flush ruleset");
    expect(await stack.up()).toContain("updated");
    expect(await table()).toBe(good);
    await stack.unchanged();
  });

  it("goes with what it was for, and nobody else's goes with it", async () => {
    await shell("r1", "nft add table inet theirs");
    await stack.destroy();
    expect(await shell("r1", "nft list tables")).toBe("table inet theirs");
    await shell("r1", "nft delete table inet theirs; rmmod nf_tables");
    expect(leftBehind(before, await withoutNewPackages(theLab(), "r1", before))).toEqual([]);
  });
});

describe("a director of several ports", () => {
  let stack: Stack;
  let before: Record<string, Fingerprint>;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    // (A power cut removes what earlier scenarios have left in the kernel, such as modules.)
    await resetClusterHosts();
    stops.push(await answerHttp(80, 443, 8001, 8011), await answerSctp(5000));
    before = await ofEach((host) => fingerprint(theLab(), host));
    stack = new Stack(program, {
      hosts: JSON.stringify(["d1", "r1", "r2", "r3"]),
      cluster: JSON.stringify({
        vips: [vip],
        services: [
          { ports: [443, 80], scheduler: "rr", persistence: { timeout: 60 } },
          { portRange: { first: 8000, last: 8010 }, scheduler: "rr", mark: 7 },
          { port: 5000, protocol: "sctp", scheduler: "rr" },
        ],
      }),
    });
    const said = await stack.up();
    for (const endpoint of [`${vip}:443`, `${vip}:80`, `${vip}:8000-8010`, `${vip}:5000`])
      expect(said).toContain(`"${endpoint}"`);
  });

  afterAll(async () => {
    stack.forget();
    for (const stop of stops) await stop();
    // (The kernel keeps its module of SCTP once it has been used, on clients as well.)
    await resetClusterHosts([...hosts, "d2"]);
  });

  const page = (port: number) => `http://${vip}:${port}/`;

  async function balanced(): Promise<void> {
    for (const client of ["c1", "x1"]) {
      const seen = [...(await visits(3, page(80), client)), ...(await visits(3, page(443), client))];
      expect(Object.values(tally(seen)), seen.join(" ")).toEqual([6]);
    }
    await answersInTurn(page(8001));
    // (The director has the VIP, and nothing listens there.)
    const { code } = await theLab().exec("c1", ["curl", "-s", "-m", "10", page(8011)]);
    expect(code).toBe(7);
    // (A client that is no machine uses this machine's kernel, which may lack SCTP.)
    const ask = `import socket
for _ in range(6):
    asked = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
    asked.connect(("${vip}", 5000))
    print(asked.recv(99).decode())
    asked.close()`;
    expect(tally((await on("d2", "python3", "-c", ask)).split("\n"))).toEqual({ r1: 2, r2: 2, r3: 2 });
  }

  it("sends a client's connections to all ports of a service to one real server, those to a range in turn, and SCTP's", async () => {
    await balanced();
    await stack.unchanged();
  });

  it("does so after a loss of power", async () => {
    await theLab().crash("d1");
    await theLab().boot("d1");
    for (const host of ["c1", "d2"]) await on(host, "ip", "neigh", "flush", "dev", "eth0");
    await balanced();
    await stack.unchanged();
  });

  it("is given back as a whole", async () => {
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing);
  });
});
