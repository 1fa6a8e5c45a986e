// What each method of forwarding costs: requests a second, the time of one, and throughput, each against the same requests sent straight to the
// real server. The client is behind a router. ApacheBench makes the load.
import { ForwardingMethod } from "../../components/args/enums";
import { namespaceOf } from "../../lab/layout";
import type { Hosts } from "../hosts";
import type { Program } from "../program";
import type { Findings, Runs, Way } from "../row";
import { output } from "../timed";

/** Connections at a time, and in all. */
const visitors = 8;
const requests = 2_000;
const megabytes = 32;

interface Visited {
  perSecond: number;
  /** Milliseconds until half of the requests, and 99 of 100, have been answered. */
  median: number;
  slow: number;
}

export async function measureForwarding(
  hosts: Hosts,
  program: Program,
  runs: Runs,
  say: (what: string) => void,
): Promise<Partial<Findings>> {
  const [realServer] = hosts.realServers;
  if (realServer === undefined) throw new Error("the lab has no real server");
  await hosts.reset([hosts.firstDirector, realServer]);
  const methods = Object.values(ForwardingMethod);
  const vipOf = (method: ForwardingMethod) => hosts.freeVips[methods.indexOf(method)] ?? "";
  const byMethod = Object.fromEntries(methods.map((method) => [method, vipOf(method)]));
  await program.up({ byMethod: JSON.stringify(byMethod) });
  const large = "/usr/share/nginx/html/large";
  await hosts.ask(realServer.name, "dd", "if=/dev/zero", `of=${large}`, "bs=1M", `count=${megabytes}`);
  const ways: Way[] = [
    { what: "straight to the real server", address: realServer.address },
    ...methods.map((method) => ({ what: method, address: vipOf(method) })),
  ].map((way) => ({ ...way, perSecond: [], median: [], slow: [], megabytes: [] }));
  for (let run = 0; run < runs.forwarding; run += 1) {
    for (const way of ways) {
      say(`${way.what}, run ${run + 1} of ${runs.forwarding}`);
      const { perSecond, median, slow } = await visit(hosts, `http://${way.address}/`);
      way.perSecond.push(perSecond);
      way.median.push(median);
      way.slow.push(slow);
      way.megabytes.push(await fetch(hosts, `http://${way.address}/large`));
    }
  }
  await hosts.ask(realServer.name, "rm", large);
  await program.destroy();
  program.forget();
  return { ways };
}

const client = (hosts: Hosts, ...words: string[]) =>
  output(["ip", "netns", "exec", namespaceOf(hosts.lab.name, "x1"), ...words]);

async function visit(hosts: Hosts, url: string): Promise<Visited> {
  const said = await client(hosts, "ab", "-q", "-n", String(requests), "-c", String(visitors), url);
  const number = (pattern: RegExp) => {
    const found = pattern.exec(said)?.[1];
    if (found === undefined) throw new Error(`ab says no ${String(pattern)}:\n${said}`);
    return Number(found);
  };
  const failed = number(/^Failed requests: +(\d+)$/m);
  if (failed > 0) throw new Error(`${failed} requests to ${url} failed:\n${said}`);
  return {
    perSecond: number(/^Requests per second: +([\d.]+) /m),
    median: number(/^ +50% +(\d+)$/m),
    slow: number(/^ +99% +(\d+)$/m),
  };
}

/** Megabytes a second. */
async function fetch(hosts: Hosts, url: string): Promise<number> {
  const said = await client(
    hosts,
    "curl",
    "-sf",
    "-o",
    "/dev/null",
    "-w",
    "%{size_download} %{time_total}",
    url,
  );
  const [bytes = 0, seconds = 0] = said.split(" ").map(Number);
  if (bytes !== megabytes * 2 ** 20) throw new Error(`${url} gave ${bytes} bytes`);
  return bytes / 1e6 / seconds;
}
