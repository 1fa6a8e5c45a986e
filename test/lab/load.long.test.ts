// A cluster that is changed under load: no request may fail, and no connection may lose a byte.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Held, type Seen } from "../../lab/client";
import { on, shell, Stack, theLab } from "./support/stack";
import { requests, vip } from "./support/traffic";

interface Machine {
  name: string;
  weight?: number;
}

const url = `http://${vip}/`;
const page = (name: string) => `<h1>${name}</h1>`;

// A machine that is busy with other things takes several times as long.
describe("under load, a change of", { timeout: 600_000 }, () => {
  let stack: Stack;
  let all: Machine[];
  let client: Client;

  beforeAll(async () => {
    // As long as it takes: the test ends what is drained.
    stack = new Stack(undefined, { scheduler: "wrr", drain: "400" });
    all = JSON.parse(stack.config.realServers!) as Machine[];
    stack.config.realServers = JSON.stringify(all.slice(0, 2));
    client = new Client(theLab());
    await stack.up();
    await client.call("load", { url, visitors: 4 });
  });

  afterAll(async () => {
    await client.end();
    await stack.destroy();
    stack.forget();
  });

  const seen = () => client.call("seen");

  /** All of these servers have answered since then, and nothing has failed. */
  async function answering(names: string[], since: Seen): Promise<void> {
    const more = async () => {
      const now = await seen();
      expect(now.failures).toEqual([]);
      return names.filter((name) => (now.answers[page(name)] ?? 0) > (since.answers[page(name)] ?? 0));
    };
    await expect.poll(more, { timeout: 60_000 }).toEqual(names);
  }

  async function changed(config: Record<string, string>, names: string[]): Promise<void> {
    await expect.poll(async () => requests(await seen()), { timeout: 60_000 }).toBeGreaterThan(0);
    const before = await seen();
    Object.assign(stack.config, config);
    await stack.up();
    const after = await seen();
    // There were requests while it was changed.
    expect(requests(after)).toBeGreaterThan(requests(before));
    await answering(names, after);
  }

  it("a weight, and a service that comes beside it, fails no request", () =>
    changed(
      {
        realServers: JSON.stringify([{ ...all[0], weight: 3 }, all[1]]),
        moreServices: '[{"port":443,"scheduler":"wlc"}]',
      },
      ["r1", "r2"],
    ));

  it("the scheduler, and a service that goes beside it, fails no request", async () => {
    await changed({ scheduler: "rr", moreServices: "[]" }, ["r1", "r2"]);
    expect(await on("d1", "ipvsadm", "-Sn")).toMatch(/^-A -t 198\.18\.0\.100:80 -s rr\s*$/m);
  });

  it("its real servers, one more, fails no request", () =>
    changed({ realServers: JSON.stringify(all) }, ["r1", "r2", "r3"]));

  it("its real servers, one less, fails no request and lets a connection end with all its bytes", async () => {
    const file = await shell(
      "r3",
      "cd /usr/share/nginx/html; head -c 8000000 /dev/urandom >large; sha256sum large",
    );
    let going: Held | undefined;
    for (let tries = 0; going?.answered !== page("r3"); tries += 1) {
      expect(tries, "connections, and none to r3").toBeLessThan(100);
      await going?.close();
      [going] = await client.hold(1, vip);
    }
    await going.begin("/large");

    const before = await seen();
    stack.config.realServers = JSON.stringify(all.slice(0, 2));
    let ended = false;
    const removal = stack.up().finally(() => (ended = true));
    const weight = async () => /-r 198\.18\.0\.23:80 -g -w (\d)/.exec(await on("d1", "ipvsadm", "-Sn"))?.[1];
    await expect.poll(weight, { timeout: 120_000 }).toBe("0");
    // Drained: others get new connections, while this one still has to send most of its data.
    await answering(["r1", "r2"], await seen());
    const unsent = await shell("r3", `ss -Htn "src ${vip}" | awk '{ sum += $3 } END { print sum }'`);
    expect(Number(unsent)).toBeGreaterThan(100_000);
    expect(ended).toBe(false);
    expect(await going.finish()).toEqual({ bytes: 8_000_000, sha256: file.split(" ")[0] });
    expect(await going.ask()).toBe(page("r3"));
    await going.close();
    await removal;

    expect(await on("d1", "ipvsadm", "-Sn")).not.toContain("198.18.0.23");
    expect(await on("r3", "ip", "-o", "address")).not.toContain(vip);
    await on("r3", "rm", "/usr/share/nginx/html/large");
    await answering(["r1", "r2"], before);
    await stack.unchanged();
    expect((await seen()).failures).toEqual([]);
  });

  it("a hand that is less careful fails requests, which is seen", async () => {
    await on("d1", "ipvsadm", "-D", "-t", `${vip}:80`);
    const failures = async () => (await seen()).failures.length;
    await expect.poll(failures, { timeout: 60_000 }).toBeGreaterThan(0);
    await stack.up();
    const { failures: all } = await client.call("unload");
    expect(all.join("\n")).toContain("ECONNREFUSED");
  });
});
