// Firewall, NAT, NetworkManager and SELinux on machines like the other releases of CentOS: the scenarios of the lab's suite.
import { beforeAll, describe, inject } from "vitest";
import { centosReleases, defaultRelease } from "../../lab";
import { ground } from "../lab/ground/all";
import { theLab } from "../lab/support/stack";
import { plan } from "./plan";

const others = centosReleases.filter((release) => release !== defaultRelease);

describe.each(others)("on machines like CentOS %i", { timeout: 300_000 }, (release) => {
  beforeAll(async () => {
    await theLab().down();
    await theLab().up({ ...plan, release, owner: inject("owner") });
  });

  ground();
});
