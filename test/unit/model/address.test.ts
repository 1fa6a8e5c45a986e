import { describe, expect, test } from "vitest";
import { address, addressOfFamily, familyOf, isAddress } from "../../../components/model/address";

const wrong = (given: unknown): string[] => address("a host")(given, "a").map(({ reason }) => reason);
const asPrinted = (form: string): unknown[] => [expect.stringContaining(`(RFC 5952): write ${form}`)];

describe("an address", () => {
  test.each([
    "198.18.0.1",
    "fd18::100",
    "2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1",
    "1:2:3:4:5:6:7:8",
    "fd18:0:0:1::",
    "64:ff9b::102:304",
  ])("%s is one", (given) => {
    expect([wrong(given), isAddress(given)]).toEqual([[], true]);
  });

  test.each<[string, unknown[]]>([
    ["FD18::100", asPrinted("fd18::100")],
    ["fd18:0:0:0:0:0:0:100", asPrinted("fd18::100")],
    ["fd18::0100", asPrinted("fd18::100")],
    ["2001:db8::1:1:1:1:1", asPrinted("2001:db8:0:1:1:1:1:1")],
    ["fd18::1.2.3.4", asPrinted("fd18::102:304")],
    ["::", ['"::" is a unspecified address, which cannot be a host']],
    ["::1", ['"::1" is a loopback address, which cannot be a host']],
    ["ff02::1", ['"ff02::1" is a multicast address, which cannot be a host']],
    ["fe80::1", ['"fe80::1" is a link-local address, which cannot be a host']],
    ["::ffff:198.18.0.1", [expect.stringContaining("give the IPv4 address itself")]],
    ["::ffff:c612:1", [expect.stringContaining("give the IPv4 address itself")]],
    ["::198.18.0.1", [expect.stringContaining("give the IPv4 address itself")]],
    ["::5", [expect.stringContaining("give the IPv4 address itself")]],
    ["fd18::1%eth0", [expect.stringContaining("is not an address such as")]],
    ["fd18::1/64", [expect.stringContaining("is not an address such as")]],
    ["[fd18::1]", [expect.stringContaining("is not an address such as")]],
    ["fd18:::1", [expect.stringContaining("is not an address such as")]],
    ["fd18::1\n", [expect.stringContaining("is not an address such as")]],
    ["", [expect.stringContaining("is not an address such as")]],
  ])("%j is said to be wrong as it should be", (given, expected) => {
    expect(wrong(given)).toEqual(expected);
  });

  test("has a family", () => {
    expect([familyOf("198.18.0.1"), familyOf("fd18::1")]).toEqual(["IPv4", "IPv6"]);
  });

  test("of the other family is to be given elsewhere", () => {
    const shape = addressOfFamily("a gateway", "IPv4", "gateway6");
    expect(shape("fd18::1", "gateway")).toEqual([
      { path: "gateway", reason: '"fd18::1" is an IPv6 address: give it as gateway6' },
    ]);
    expect(shape("198.18.0.1", "gateway")).toEqual([]);
  });
});
