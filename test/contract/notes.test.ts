// What a preview prints beside the diff.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Director, type DirectorArgs } from "../../index";
import { program, type World } from "./program";
import { d1, service } from "./samples";

const first = "H # generation 1 since 2026-01-01T00:00:00Z\n";
const told = (stdout: string) => () => ({ stdout });

function director(world: World, more: Partial<DirectorArgs> = {}) {
  return program(() => void new Director("d1", { host: d1, services: [service], ...more }), world);
}

afterEach(() => vi.restoreAllMocks());

describe("a host that never had this", () => {
  test("is said to get every line of it", async () => {
    const { logs } = await director({ preview: true, answer: told(first) });
    expect(logs).toEqual([
      [
        "info: [runtime] d1 (198.18.0.11) will get:",
        ...["[settings]", "drain = 30", "[packages]", "ipvsadm", "[modules]", "ip_vs", "ip_vs_wrr"],
        ...["[sysctl]", "net.ipv4.vs.conn_reuse_mode = 2"],
        ...["[ipvs]", "-A -t 198.18.0.100:80 -s wrr"],
        "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1",
        ...["[firewall]", "notrack tcp 80 to 198.18.0.100"],
        ...["[openings]", "accept 80/tcp to 198.18.0.100 dev eth0"],
        ...["[addresses]", "198.18.0.100/32 dev eth0"],
      ].join("\n  "),
    ]);
  });

  test("is not said to get what is secret", async () => {
    const sysctls = { "kernel.domainname": pulumi.secret("hush") };
    const { logs } = await director({ preview: true, answer: told(first) }, { sysctls });
    expect(logs).toEqual([
      "info: [runtime] d1 (198.18.0.11) will get what it never had; it holds a secret, so it is not shown here",
    ]);
  });

  test("is not spoken of again in the update", async () => {
    const { logs } = await director({ answer: told(`${first}F -A -t 10.0.0.1:80 -s rr\n`) });
    expect(logs).toEqual([]);
  });
});

test("of a host that has it already, only what others have there is told", async () => {
  const answer = told("H # generation 1\nS # generation 1\nF -A -t 10.0.0.1:80 -s rr\n");
  const { logs } = await director({ preview: true, answer });
  expect(logs).toEqual([
    "info: [runtime] d1 (198.18.0.11): left alone, not declared here: -A -t 10.0.0.1:80 -s rr",
  ]);
});

test("what counts only from the next load of a module is told, also of a host that never had it, and by the update no more", async () => {
  const said =
    "module ip_vs is loaded with conn_tab_bits 12: 16 counts from its next load, usually the next boot";
  const answer = told(`H # generation 1\nS # generation 1\nN ${said}\n`);
  const note = `info: [runtime] d1 (198.18.0.11): ${said}`;
  expect((await director({ preview: true, answer })).logs).toEqual([note]);
  expect((await director({ answer })).logs).toEqual([]);
  const { logs } = await director({ preview: true, answer: told(`${first}N ${said}\n`) });
  expect(logs.slice(1)).toEqual([note]);
});

test("what a firewall of the host does not let through is a warning, and by the update no more", async () => {
  const said = "the table inet guard of this host's nf_tables drops what its chain input does not accept";
  const answer = told(`H # generation 1\nS # generation 1\nW ${said}\n`);
  expect((await director({ preview: true, answer })).logs).toEqual([
    `warning: [runtime] d1 (198.18.0.11): ${said}`,
  ]);
  expect((await director({ answer })).logs).toEqual([]);
});

test("what a change does to open connections is told, and by the update no more", async () => {
  const said = "service -t 198.18.0.100:80 is removed: it takes no new connections";
  const answer = told(`H # generation 1\nS # generation 1\nC ${said}\n`);
  expect((await director({ preview: true, answer })).logs).toEqual([
    `info: [runtime] d1 (198.18.0.11): ${said}`,
  ]);
  expect((await director({ answer })).logs).toEqual([]);
});

// The SDK sends a log only when its component is registered, and sends all later logs after it. A director is registered after its real
// servers' changes. If these waited for their logs, and their logs for the director's, nothing would continue.
test.each(["info", "warn"] as const)("no change waits until a log of level %s is heard", async (level) => {
  const log = vi.spyOn(pulumi.log, level).mockReturnValue(new Promise(() => undefined));
  const answer = told("H # generation 2\nS # generation 1\nD lost  x\nF -A -t 10.0.0.1:80 -s rr\n");
  const { commands } = await director({ preview: true, answer }, { drift: "report" });
  expect(log).toHaveBeenCalledOnce();
  expect(commands.size).toBe(1);
});
