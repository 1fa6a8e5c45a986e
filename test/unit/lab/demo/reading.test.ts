import { expect, test } from "vitest";
import { announced, differences, progress, summed } from "../../../../lab/demo/reading";

const preview = `
Diagnostics:
  lvs:index:RealServer (web-r1):
    r1 (198.18.0.21) will get:
      [addresses]
      198.18.0.100/32 dev lo
      [files]
      /p mode=0644 owner=root group=root
      |   indented

  lvs:index:Director (web-d1):
    d1 (198.18.0.11) will get:
      [settings]
    d1 (198.18.0.11): left alone, not declared here: -A -t 10.0.0.1:80 -s rr

Outputs:
    vips: [
`;

test("what each host will get", () => {
  expect(Object.fromEntries(announced(preview))).toEqual({
    r1: [
      "[addresses]",
      "198.18.0.100/32 dev lo",
      "[files]",
      "/p mode=0644 owner=root group=root",
      "|   indented",
    ],
    d1: ["[settings]"],
  });
});

const diff = `
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev]
    ~ lvs:index:Director: (update)
        [urn=urn:pulumi:dev::p::lvs:index:Cluster$lvs:index:Director::web-d1]
      + drain: 5
    ~ command:remote:Command: (update)
        [id=web-d1abc]
        [urn=urn:pulumi:dev::p::lvs:index:Director$command:remote:Command::web-d1]
      ~ stdin: 
          - # generation 1
          + # generation 2: repairs drift
          + # 2 lost  198.18.0.100/32 dev eth0
            # lvs host document 1, owner x
            ...
      ~ update: "a" => "b"
      - logging: "none"
Resources:
    ~ 1 to update
`;

test("the lines of a host's text that have changed, and no others", () => {
  const resource = "web-d1";
  expect(differences(diff)).toEqual([
    { resource, line: "- # generation 1" },
    { resource, line: "+ # generation 2: repairs drift" },
    { resource, line: "+ # 2 lost  198.18.0.100/32 dev eth0" },
  ]);
});

test.each([
  [" +  command:remote:Command web-r1 created (18.3s)", "+ web-r1 created (18.3s)"],
  [" ~  command:remote:Command web-r1 updated (3s) ", "~ web-r1 updated (3s)"],
  [" +  command:remote:Command web-r1 creating (0s) ", undefined],
  [" +  lvs:index:Cluster web created", undefined],
  ["@ updating....", undefined],
])("progress in %j", (line, expected) => expect(progress(line)).toBe(expected));

test.each([
  ["\nResources:\n    + 10 created\n\nDuration: 15s\n", "10 created"],
  ["\nResources:\n    ~ 3 updated\n    7 unchanged\n", "3 updated, 7 unchanged"],
  ["\nOutputs:\n    n: 3 deleted\nResources:\n    10 unchanged\n", "10 unchanged"],
  ["nothing of the kind", "nothing"],
])("in a few words: %j", (output, expected) => expect(summed(output)).toBe(expected));
