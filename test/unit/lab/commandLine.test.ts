import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../../../lab/commandLine";

const pulumi = (words: string[], more: object = {}) => ({
  ...{ verb: "pulumi", directory: ".", stack: "dev", state: undefined, words },
  ...more,
});

describe("parseCommandLine", () => {
  it.each([
    ["up", { lab: "default", verb: "up", counts: {} }],
    ["up --directors 1 --clients 0", { lab: "default", verb: "up", counts: { directors: 1, clients: 0 } }],
    ["up --lab a --real-servers 9", { lab: "a", verb: "up", counts: { realServers: 9 } }],
    [
      "up --far-real-servers 1 --far-clients 2",
      { lab: "default", verb: "up", counts: { farRealServers: 1, farClients: 2 } },
    ],
    ["up --release 8", { lab: "default", verb: "up", counts: {}, release: 8 }],
    ["up --release debian12", { lab: "default", verb: "up", counts: {}, release: "debian12" }],
    ["up --clients 2 --release 10", { lab: "default", verb: "up", counts: { clients: 2 }, release: 10 }],
    ["up --kernel full", { lab: "default", verb: "up", counts: {}, kernel: "full" }],
    ["up --selinux enforcing", { lab: "default", verb: "up", counts: {}, selinux: "enforcing" }],
    ["up --services default", { lab: "default", verb: "up", counts: {}, services: "default" }],
    ["reset d2 --services few", { lab: "default", verb: "reset", host: "d2", services: "few" }],
    ["reset r1 --selinux off", { lab: "default", verb: "reset", host: "r1", selinux: "off" }],
    ["status --json", { lab: "default", verb: "status", json: true }],
    ["status", { lab: "default", verb: "status", json: false }],
    ["exec d1 -- ls -l --json", { lab: "default", verb: "exec", host: "d1", argv: ["ls", "-l", "--json"] }],
    ["exec --lab a d1 uptime", { lab: "a", verb: "exec", host: "d1", argv: ["uptime"] }],
    ["crash d2", { lab: "default", verb: "crash", host: "d2" }],
    ["reset d1 --release 9", { lab: "default", verb: "reset", host: "d1", release: 9 }],
    ["reset r1 --lab b", { lab: "b", verb: "reset", host: "r1" }],
    ["down", { lab: "default", verb: "down" }],
    ["pulumi up --yes", { lab: "default", ...pulumi(["up", "--yes"]) }],
    [
      "pulumi preview --cwd a --lab b --diff",
      { lab: "b", ...pulumi(["preview", "--diff"], { directory: "a" }) },
    ],
    ["--lab b pulumi up", { lab: "b", ...pulumi(["up"]) }],
    ["pulumi up -s=prod -Ca", { lab: "default", ...pulumi(["up"], { stack: "prod", directory: "a" }) }],
    [
      "pulumi up --state=s --config a=b",
      { lab: "default", ...pulumi(["up", "--config", "a=b"], { state: "s" }) },
    ],
    ["pulumi up -- --cwd a", { lab: "default", ...pulumi(["up", "--", "--cwd", "a"]) }],
    ["", { lab: "default", verb: "help" }],
    ["up --help", { lab: "default", verb: "help" }],
  ])("%s", (line, expected) => {
    expect(parseCommandLine(line.split(" ").filter(Boolean))).toEqual(expected);
  });

  it.each([
    ["up --directors ten", /--directors ten: a number from 0 to 9/],
    ["up --directors 10", /--directors 10/],
    ["up --far-clients 10", /--far-clients 10: a number from 0 to 9/],
    ["up --hosts 3", /--hosts/],
    ["up --release 7", /^--release 7: 8, 9, 10, debian12, debian13 are possible$/],
    ["up --release 9.4", /--release 9.4: 8, 9, 10, debian12, debian13 are possible/],
    ["reset d1 --release ten", /--release ten: 8, 9, 10, debian12, debian13 are possible/],
    ["boot d1 --release 8", /boot takes no --release/],
    ["status --release 8", /status takes no --release/],
    ["pulumi up --cwd", /^--cwd needs a value/],
    ["pulumi up --cwd --yes", /^--cwd needs a value/],
    ["up --kernel other", /^--kernel other: full, ready, any are possible$/],
    ["up --selinux on", /^--selinux on: off, permissive, enforcing are possible$/],
    ["up --services all", /^--services all: few, default are possible$/],
    ["boot d1 --services few", /boot takes no --services/],
    ["reset d1 --kernel full", /reset takes no --kernel/],
    ["boot d1 --selinux off", /boot takes no --selinux/],
    ["reset --release 8", /reset needs a host/],
    ["up d1", /up takes no d1/],
    ["exec d1", /exec needs a host and a program/],
    ["exec -- ls", /exec needs a host and a program/],
    ["crash", /crash needs a host/],
    ["crash d1 d2", /crash takes no d2/],
    ["down -- d1", /down takes no d1/],
    ["explode", /explode is not known/],
  ])("refuses %s", (line, message) => {
    expect(() => parseCommandLine(line.split(" "))).toThrow(message);
  });
});
