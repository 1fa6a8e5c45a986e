// Addresses that are given back.
import { expect, it } from "vitest";
import { runShell } from "./shell";

const address = "198.18.0.100/32 dev lo";

/** What is done with an address: `origin` was there before the first claim, and `live` is there now. */
async function givenBack(origin: string, live: string, key = address) {
  const { status, stdout, stderr } = await runShell(
    ["report.sh", "addresses.sh"],
    `ip() { echo "ip $*" >&3; }; exec 3>&1; addresses_unset "${key}" "${origin}" "${live}"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

it("one that was not there before goes", async () => {
  expect(await givenBack("-", address)).toBe("ip address del 198.18.0.100/32 dev lo\n");
});

it("one that was there before stays, and comes back where somebody has removed it since", async () => {
  expect(await givenBack(address, address)).toBe("");
  expect(await givenBack(address, "-")).toBe("ip address replace 198.18.0.100/32 dev lo\n");
});

it("one whose interface has gone does not come back", async () => {
  const gone = "198.18.0.100/32 dev gone0";
  expect(await givenBack(gone, "-", gone)).toBe("");
});
