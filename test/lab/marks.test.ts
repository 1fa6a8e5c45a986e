// What stands in the host's table of nf_tables: smaller segments where packets come by a tunnel.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fingerprint, fingerprint, leftBehind, withoutNewPackages } from "../../lab/fingerprint";
import { on, shell, Stack, theLab } from "./support/stack";

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
