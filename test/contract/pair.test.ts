import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { stop } from "../../components/remote/stop";
import { KeepalivedPair } from "../../index";
import { program } from "./program";
import { d1, d2, service, vip } from "./samples";

describe("KeepalivedPair", () => {
  test("sends each director a document of its own", async () => {
    const { commands, error } = await program(
      () => void new KeepalivedPair("lb", { directors: [d1, d2], vip, services: [service] }),
    );
    expect(error).toBeUndefined();
    expect([...commands.keys()].sort()).toEqual(["lb-198.18.0.11", "lb-198.18.0.12"]);
  });
});

test("an error that names a component is short however it is looked at", async () => {
  let error: Error | undefined;
  await program(() => {
    const pair = new KeepalivedPair("lb", { directors: [d1, d2], vip, services: [service] });
    error = stop(pair, "the reason");
  });
  expect(inspect(error).length).toBeLessThan(200);
});
