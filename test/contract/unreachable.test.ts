// A host that gives no answer, in a program: it stops the program, or is skipped where that is wanted. (Packets: test/lab/lost.long.test.ts.)
import { expect, test } from "vitest";
import { Cluster, type ClusterRealServerArgs } from "../../index";
import { HostFailure, HostUnreachable } from "../../components/remote/failure";
import { clean, program } from "./program";
import { d1, r1, r2, vip } from "./samples";

/** A cluster whose r2 fails with this error when it is looked at. */
const withFailingR2 = (error: Error, more: Partial<ClusterRealServerArgs>, preview: boolean) =>
  program(
    () =>
      void new Cluster("web", {
        vips: [vip],
        directors: [d1],
        realServers: [r1, { ...r2, ...more }],
        services: [{ port: 80 }],
      }),
    {
      preview,
      answer: ({ who }) => {
        if (who.startsWith("r2 ")) throw error;
        return clean();
      },
    },
  );

const silent = new HostUnreachable("cannot reach r2 (198.18.0.22), port 22");
const refused = new HostFailure("r2 (198.18.0.22) refused the login");

test.each([true, false])("is skipped with a warning where that is wanted (preview: %j)", async (preview) => {
  const { error, logs, commands, runs } = await withFailingR2(silent, { whenUnreachable: "skip" }, preview);
  expect(error).toBeUndefined();
  expect(logs.join("\n")).toContain(
    "r2 (198.18.0.22) IS SKIPPED: nothing of web/prod/RealServer/web-r2 is looked at or changed there",
  );
  expect([...new Set(runs.map(({ who }) => who))].sort()).toEqual([
    "d1 (198.18.0.11)",
    "r1 (198.18.0.21)",
    "r2 (198.18.0.22)",
  ]);
  expect([...commands.keys()]).toContain("web-d1");
});

test.each<[string, Error, Partial<ClusterRealServerArgs>]>([
  ["by default", silent, {}],
  ["where it may not be skipped", silent, { whenUnreachable: "fail" }],
  ["that refuses the login, and may be skipped when it is silent", refused, { whenUnreachable: "skip" }],
])("stops the program %s", async (_, failure, more) => {
  const { error, logs } = await withFailingR2(failure, more, true);
  expect(error?.stack).toBe(failure.message);
  expect(logs.join("\n")).not.toContain("SKIPPED");
});
