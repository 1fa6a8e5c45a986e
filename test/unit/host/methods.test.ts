// Whole runs of the program that change the method of forwarding, on a host in a folder.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FakeHost } from "../../walks/fake/host";
import { eachFolder } from "./folder";

let root: string;
let host: FakeHost;

eachFolder((made) => {
  root = made;
  host = new FakeHost(root);
});

const at = (...path: string[]) => join(root, ...path);
const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
const mine = "var/lib/pulumi-lvs/owners/web=prod=Director=d1";
const rule = (flag: string, vip = 100) => `-a -t 198.18.0.${vip}:80 -r 198.18.0.21:80 ${flag} -w 1`;

/** A director's document with one service of one real server. */
const director = (flag: string, { drain = 60, vip = 100, owner = "web/prod/Director/d1" } = {}) =>
  [
    `# lvs host document 1, owner ${owner}`,
    "[settings]",
    `drain = ${drain}`,
    "[modules]",
    "ip_vs",
    "ip_vs_rr",
    "[ipvs]",
    `-A -t 198.18.0.${vip}:80 -s rr`,
    rule(flag, vip),
    "# end",
    "",
  ].join("\n");

const open = "TCP 14:59 ESTABLISHED 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80\n";
const route = "198.18.0.21 via 198.18.0.21 dev eth0 src 198.18.0.11 onlink\n";

async function changed(document: string): Promise<string> {
  const { code, said } = await host.run("update", document);
  expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
  return said;
}

/** Lines of bash that run each time after the connections have been listed; `count` is how many times that was. */
function whenListed(lines: string): void {
  writeFileSync(at("listed"), `echo >>${at("listings")}; count=$(wc -l <${at("listings")})\n${lines}\n`);
}

describe("a change of method", () => {
  it("waits for the open connections, and a second run changes nothing", async () => {
    await changed(director("-m"));
    writeFileSync(at("connections"), open);
    whenListed(`[[ $count != 3 ]] || { cp ${at("routes")} ${at("then")}; rm ${at("connections")}; }`);
    expect(await changed(director("-g"))).toBe("");
    expect(host.table()).toContain(rule("-g"));
    expect(read("then")).toBe(route);
    expect(read("routes")).toBe("");
    host.fed();
    expect(await changed(director("-g"))).toBe("");
    expect(host.fed()).toEqual([]);
    expect(existsSync(at(mine, "connections"))).toBe(false);
  });

  it("that is undone by hand during the wait is made again, and the next run waits for nothing", async () => {
    await changed(director("-m"));
    writeFileSync(at("connections"), open);
    // (The first two lists are those before and after the change.)
    whenListed(`case $count in
      3) sed -i 's/ -g / -m /' ${at("table")}; mv ${at("connections")} ${at("aside")} ;;
      4) mv ${at("aside")} ${at("connections")} ;;
    esac`);
    await changed(director("-g"));
    expect(host.table()).toContain(rule("-g"));
    expect(existsSync(at(mine, "connections"))).toBe(false);
    expect(await changed(director("-g"))).toBe("");
  });

  it("is finished although an earlier run has left a list of connections and no change", async () => {
    await changed(director("-g"));
    writeFileSync(at("connections"), open);
    writeFileSync(at(mine, "connections"), "TCP open 198.18.0.31:1 198.18.0.100:80 198.18.0.21:80\n");
    expect(await changed(director("-g"))).toBe("");
    expect(existsSync(at(mine, "connections"))).toBe(false);
  });

  it("that was killed after it and is then revoked waits for the connections that began by the new method", async () => {
    await changed(director("-m"));
    // The run is killed while it waits.
    writeFileSync(at("connections"), open);
    whenListed("[[ $count != 3 ]] || kill -9 0");
    expect((await host.run("update", director("-g"))).code).toBe(137);
    expect(host.table()).toContain(rule("-g"));
    const later = open.replace(":1 ", ":2 ");
    writeFileSync(at("connections"), later);
    rmSync(at("listings"));
    whenListed(`[[ $count != 3 ]] || rm ${at("connections")}`);
    expect(await changed(director("-m"))).toBe("");
    expect(host.table()).toContain(rule("-m"));
    expect(existsSync(at("connections"))).toBe(false);
  });

  it("keeps its host route while another owner changes the host", async () => {
    await changed(director("-m"));
    const other = { vip: 101, owner: "web/prod/Director/other", drain: 0 };
    writeFileSync(at("connections"), open);
    writeFileSync(at("other"), director("-m", other));
    // (The run of the other owner begins when this one has released the lock.)
    whenListed(
      `if [[ $count == 4 ]]; then bash ${at("program")} update <${at("other")} >${at("said")} 2>&1; cp ${at("routes")} ${at("then")}; rm ${at("connections")}; fi`,
    );
    await changed(director("-g"));
    expect(read("said")).toBe("");
    expect(host.table()).toContain(rule("-m", 101));
    expect(read("then")).toBe(route);
  });
});
