// A host whose packages cannot be installed at once: the change says why, leaves nothing behind, and the next one finishes. What is refused
// is refused in the preview.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { fingerprints, leftBesidesPackages, nothing, resetClusterHosts } from "./support/leftovers";
import { shell, Stack } from "./support/stack";
import { answersInTurn } from "./support/traffic";

interface Machine {
  name: string;
  assumeRelease?: string;
  installPackages?: boolean;
}

/** Holds a lock of dnf's on r1, as a dnf that installs does. */
const hold = (seconds: number) =>
  shell(
    "r1",
    `setsid python3 -c 'import dnf.lock, time
with dnf.lock.build_metadata_lock("/var/cache/dnf", True): time.sleep(${seconds})' >/dev/null 2>&1 </dev/null & sleep 2`,
  );

const repository = (url: string) =>
  shell(
    "r1",
    `printf '[more]\\nname=more\\nbaseurl=%s\\nenabled=1\\ngpgcheck=0\\n' '${url}' >/etc/yum.repos.d/more.repo`,
  );
const noMoreRepository = () => shell("r1", "rm -f /etc/yum.repos.d/more.repo");

interface Trouble {
  what: string;
  cause: () => Promise<unknown>;
  mend: () => Promise<unknown>;
  says: RegExp;
}

const unreachable =
  /package nginx could not be installed by dnf .*: a repository of this host cannot be reached or read; check/;
const troubles: Trouble[] = [
  {
    what: "another program that installs for longer than a change waits",
    cause: () => hold(600),
    mend: () => shell("r1", "pkill -f '[d]nf.lock'"),
    says: /package nginx could not be installed by dnf .*: another program was installing packages for 120 s and more; wait/,
  },
  {
    what: "a repository that is broken",
    cause: () => repository("file:///nonexistent"),
    mend: noMoreRepository,
    says: /Failed to download metadata for repo 'more'[^]*package nginx could not be installed by dnf/,
  },
  {
    what: "a network without the repository",
    cause: () => repository("http://198.18.0.199/more"),
    mend: noMoreRepository,
    says: unreachable,
  },
  {
    what: "a package that its owner excludes",
    cause: () => shell("r1", "cp -p /etc/dnf/dnf.conf /root/; echo 'exclude=nginx' >>/etc/dnf/dnf.conf"),
    mend: () => shell("r1", "mv /root/dnf.conf /etc/dnf/"),
    says: /package nginx could not be installed by dnf .*: the host's own configuration excludes it; change that/,
  },
  {
    what: "a damaged database of packages",
    cause: () =>
      shell(
        "r1",
        "cp -a /var/lib/rpm /root/; for file in /var/lib/rpm/*.sqlite; do echo damaged >$file; done",
      ),
    mend: () => shell("r1", "rm -r /var/lib/rpm && mv /root/rpm /var/lib/"),
    says: /rpm cannot say which packages are installed: .*rpm --rebuilddb/,
  },
];

/** What a preview says, and what ends it. */
interface Refusal extends Trouble {
  /** What the program says instead of `mend`. */
  instead?: Partial<Machine>;
  given?: Partial<Machine>;
}

const refusals: Refusal[] = [
  {
    what: "packages that somebody else installs",
    given: { installPackages: false },
    cause: () => Promise.resolve(),
    mend: () => shell("r1", "dnf -y -q install nginx"),
    says: /this host lacks the packages nginx, and installPackages is false for it/,
  },
  {
    what: "a system that is an image",
    cause: () => shell("r1", "mount --bind /usr /usr && mount -o remount,bind,ro /usr"),
    mend: () => shell("r1", "umount -l /usr"),
    says: /this host lacks the packages nginx, and its system is an image .*: add them to the image/,
  },
  {
    what: "a system that is not known",
    instead: { assumeRelease: "el9" },
    cause: () =>
      shell(
        "r1",
        "mv /etc/os-release /root/; sed 's/^ID=.*/ID=other/; /^ID_LIKE=/d' /usr/lib/os-release >/etc/os-release",
      ),
    mend: () => Promise.resolve(),
    says: /this host runs CentOS.* \(ID=other, .*, a system that this package does not know; it knows el7, el8, el9, .*assumeRelease/,
  },
];

describe("packages", { timeout: 600_000 }, () => {
  let stack: Stack;
  let before: Record<string, Fingerprint>;

  beforeAll(async () => {
    await resetClusterHosts();
    before = await fingerprints();
    stack = new Stack(undefined, { removePackages: "true" });
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
    await resetClusterHosts();
  });

  /** Says more about r1 in the program. */
  function say(more: Partial<Machine>): void {
    const all = JSON.parse(stack.config.realServers!) as Machine[];
    Object.assign(
      all.find(({ name }) => name === "r1")!,
      more,
    );
    stack.config.realServers = JSON.stringify(all);
  }

  async function complaint(operation: "preview" | "up"): Promise<string> {
    const { code, stdout, stderr } = await stack.try(operation);
    expect(code, stdout).not.toBe(0);
    return `${stdout}\n${stderr}`;
  }

  async function finishes(): Promise<void> {
    await stack.up();
    await stack.unchanged();
    await answersInTurn();
    await stack.destroy();
  }

  const claims = () =>
    shell("r1", "find /var/lib/pulumi-lvs/owners -name claims -o -name pending 2>/dev/null || :");

  it("are waited for where another program installs some for a while", async () => {
    await hold(20);
    await finishes();
    expect(await shell("r1", "rpm -q nginx || :")).toBe("package nginx is not installed");
  });

  it.each(troubles)("$what: an update says so, and the next one finishes", async ({ cause, mend, says }) => {
    await cause();
    try {
      expect(await complaint("up")).toMatch(says);
      expect(await claims()).toBe("");
    } finally {
      await mend();
    }
    await finishes();
  });

  it.each(refusals)("$what: a preview says so", async ({ given = {}, instead, cause, mend, says }) => {
    say(given);
    await cause();
    try {
      expect(await complaint("preview")).toMatch(says);
    } finally {
      await mend();
    }
    say(instead ?? {});
    await finishes();
    // (A package that was installed by hand stays.)
    await shell("r1", "! rpm -q nginx || dnf -y -q remove nginx");
    say({ assumeRelease: undefined, installPackages: undefined });
  });

  it("leave nothing else behind", async () => {
    await shell("r1", "mv /root/os-release /etc/");
    expect(await leftBesidesPackages(before)).toEqual(nothing);
  });
});
