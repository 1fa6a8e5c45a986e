import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answering } from "./support/arp";
import { on, shell, Stack } from "./support/stack";
import { tally, vip, visits } from "./support/traffic";

describe("a direct-routing cluster from one declaration", () => {
  const stack = (): Stack => (made ??= new Stack());
  let made: Stack | undefined;

  beforeAll(async () => {
    await stack().up();
  });

  afterAll(async () => {
    await stack().destroy();
    stack().forget();
  });

  it("sends 300 visits to three equal real servers in turn, a hundred each", async () => {
    const answers = await visits(300);
    expect(tally(answers)).toEqual({ "<h1>r1</h1>": 100, "<h1>r2</h1>": 100, "<h1>r3</h1>": 100 });
    // In turn: any three in a row are three different ones.
    for (let index = 0; index + 3 <= answers.length; index += 3) {
      expect(new Set(answers.slice(index, index + 3)).size).toBe(3);
    }
  });

  it("lets only the director answer ARP for the VIP", async () => {
    const macs = await answering(100);
    expect(macs).toEqual({ [await on("d1", "cat", "/sys/class/net/eth0/address")]: 100 });
  });

  it("would notice a real server that answers ARP", async () => {
    await shell("r1", "sysctl -qw net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.eth0.arp_ignore=0");
    expect(Object.keys(await answering(10))).toHaveLength(2);
    await stack().up();
    expect(Object.keys(await answering(10))).toHaveLength(1);
  });

  it("lets replies go straight to the client, past the director", async () => {
    await shell("c1", "ip neigh flush all");
    const packets = async (host: string, direction: string) =>
      Number(await on(host, "cat", `/sys/class/net/eth0/statistics/${direction}_packets`));
    const before = { director: await packets("d1", "tx"), real: await packets("r1", "tx") };
    // A page of 2 MB is about 1,400 packets of reply; the director passes on only the client's acknowledgements.
    await shell("r1", "head -c 2000000 /dev/zero >/usr/share/nginx/html/large");
    await shell("r2", "head -c 2000000 /dev/zero >/usr/share/nginx/html/large");
    await shell("r3", "head -c 2000000 /dev/zero >/usr/share/nginx/html/large");
    const seen = await shell(
      "c1",
      `timeout 20 tcpdump -nei eth0 -c 100 "tcp and src host ${vip} and src port 80" 2>/dev/null >/tmp/lvs-replies-$$ & sleep 2; for i in 1 2 3; do curl -s -m 10 -o /dev/null -w '%{size_download}\\n' http://${vip}/large; done; wait; awk '{ print $2 }' /tmp/lvs-replies-$$ | sort | uniq -c; rm -f /tmp/lvs-replies-$$`,
    );
    const director = await on("d1", "cat", "/sys/class/net/eth0/address");
    expect(seen.match(/^2000000$/gm)).toHaveLength(3);
    expect(seen).not.toContain(director);
    expect((await packets("r1", "tx")) - before.real).toBeGreaterThan(1_000);
    // Fewer packets than the replies of one of the three: only acknowledgements.
    expect((await packets("d1", "tx")) - before.director).toBeLessThan(4_200);
    for (const host of ["r1", "r2", "r3"]) await on(host, "rm", "/usr/share/nginx/html/large");
  });

  it("shares visits 3:2:1 by weight exactly", async () => {
    const realServers = JSON.parse(stack().config.realServers ?? "[]") as { weight?: number }[];
    [3, 2, 1].forEach((weight, index) => (realServers[index]!.weight = weight));
    stack().config.realServers = JSON.stringify(realServers);
    stack().config.scheduler = "wrr";
    await stack().up();
    expect(tally(await visits(300))).toEqual({ "<h1>r1</h1>": 150, "<h1>r2</h1>": 100, "<h1>r3</h1>": 50 });
  });
});
