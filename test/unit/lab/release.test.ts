import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { centosReleases, nameOf, releaseOf, releases } from "../../../lab/release";

const image = join(__dirname, "..", "..", "..", "lab", "image");

describe("releases", () => {
  it("are those that there are images of", () => {
    const { status, stderr } = spawnSync("bash", [join(image, "build.sh"), "7"], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toBe(`lab: there is no image of release 7; there are those of ${releases.join(" ")}\n`);
    expect(
      readdirSync(join(image, "release"))
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([...centosReleases]);
  });

  it("are named for people", () => {
    expect(releases.map(nameOf)).toEqual(["CentOS 8", "CentOS 9", "CentOS 10", "Debian 12", "Debian 13"]);
  });

  it("are known by these names alone", () => {
    expect(releases.map((release) => releaseOf(String(release)))).toEqual([...releases]);
    for (const other of ["", "7", "9.4", "09", "9 ", "el9", "NaN", "debian", "12"])
      expect(releaseOf(other)).toBeUndefined();
  });
});
