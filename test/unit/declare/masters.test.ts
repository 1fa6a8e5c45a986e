// What a preview reports about the directors of a pair together.
import { describe, expect, it } from "vitest";
import { inFront, mastershipProblems } from "../../../components/declare/masters";
import type { Finding } from "../../../components/remote/probe";

const finding = (stored: string | undefined, state?: string): Finding => ({
  header: "",
  stored,
  drift: [],
  foreign: [],
  twins: [],
  takesOver: [],
  connections: [],
  warnings: [],
  leftovers: [],
  causes: [],
  deferred: [],
  reasons: [],
  unfinished: false,
  instances: state === undefined ? {} : { VI_1: state },
});
const fresh = finding(undefined);
const single = finding("# generation 1");
const member = (state: string) => finding("# generation 1", state);
const directors = (...findings: (Finding | undefined)[]) =>
  findings.map((each, index) => ({ who: `d${index}`, finding: each }));

describe("a preview", () => {
  it.each<[string, (Finding | undefined)[], string[]]>([
    ["one master", [member("MASTER"), member("BACKUP")], []],
    ["a director that nobody has changed yet", [member("MASTER"), fresh], []],
    [
      "two masters",
      [member("MASTER"), member("MASTER")],
      [
        "VRRP instance VI_1 has 2 masters (d0: MASTER, d1: MASTER): they do not hear each other's adverts; let IP protocol 112 pass between d0 and d1",
      ],
    ],
    [
      "no master",
      [member("FAULT"), member("BACKUP")],
      [
        "VRRP instance VI_1 has no master (d0: FAULT, d1: BACKUP): nobody holds its VIPs; see journalctl -u keepalived",
      ],
    ],
  ])("of %s", (_what, findings, sentences) => {
    expect(mastershipProblems(directors(...findings))).toEqual(sentences);
  });

  const before = (first: string, known: string) => [
    `${first} is new and comes before ${known} in directors, so it takes the VIPs before the others know of it: requests that are under way fail in this update; write it after them`,
  ];
  it.each<[string, (Finding | undefined)[], string[]]>([
    ["new directors only", [fresh, fresh], []],
    ["a new one after a single one", [single, fresh], []],
    ["a new one before a single one", [fresh, single], before("d0", "d1")],
    ["a new one before those of a pair", [fresh, member("MASTER"), member("BACKUP")], before("d0", "d1")],
    ["a new one between those of a pair", [member("MASTER"), fresh, member("BACKUP")], []],
    ["one that was not looked at", [undefined, single], []],
  ])("where the list has %s", (_what, findings, sentences) => {
    expect(inFront(directors(...findings))).toEqual(sentences);
  });
});
