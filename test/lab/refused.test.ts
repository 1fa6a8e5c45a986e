// A change that is not possible is refused in one line that names the host, what was found and what to do; invalid arguments are refused
// before any host is touched.
import { mkdtempSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resetClusterHosts, hosts } from "./support/leftovers";
import { on, shell, Stack, theLab } from "./support/stack";
import { vip } from "./support/traffic";

interface Machine {
  name: string;
  address: string;
  hostKey: string;
  weight?: unknown;
}

describe("refused", () => {
  const stacks: Stack[] = [];
  const stack = (config: Record<string, string> = {}) => {
    const made = new Stack(undefined, config);
    stacks.push(made);
    return made;
  };
  const machines = (of: Stack, role: "directors" | "realServers") =>
    JSON.parse(of.config[role] ?? "[]") as Machine[];
  const folder = mkdtempSync(join(tmpdir(), "lvs-keys-"));

  beforeAll(async () => {
    await resetClusterHosts();
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "stranger")]);
  });

  afterAll(() => {
    for (const each of stacks) each.forget();
    rmSync(folder, { recursive: true });
  });

  /** The messages of a failed operation, in one text; it fails here if the operation succeeds. */
  async function complaint(of: Stack, operation: "preview" | "up"): Promise<string> {
    const { code, stdout, stderr } = await of.try(operation);
    expect(code, stdout).not.toBe(0);
    return `${stdout}\n${stderr}`;
  }

  async function connections(): Promise<number[]> {
    return Promise.all(hosts.map(async (host) => (await theLab().sshConnections(host)).others));
  }

  it("bad arguments, all of them at once, each with its path and value, before any connection", async () => {
    const bad = stack({
      vip: "198.18.0.300",
      scheduler: "wwrr",
      drain: "-1",
      moreServices: JSON.stringify([{ port: 0 }, { port: 65536 }, { port: "http" }, { port: 80 }]),
    });
    const real = machines(bad, "realServers");
    [-1, 2147483648, 1.5].forEach((weight, index) => (real[index]!.weight = weight));
    bad.config.realServers = JSON.stringify(real);
    const before = await connections();
    const said = await complaint(bad, "preview");
    for (const [path, value] of [
      ["vips[0]", "198.18.0.300"],
      ["services[0].scheduler", "wwrr"],
      ["services[1].port", "0"],
      ["services[2].port", "65536"],
      ["services[3].port", "http"],
      ["realServers[0].weight", "-1"],
      ["realServers[1].weight", "2147483648"],
      ["realServers[2].weight", "1.5"],
      ["drain", "-1"],
    ] as const) {
      const line = said.split("\n").find((each) => each.includes(`${path}: `));
      expect(line, `${path} in ${said}`).toContain(value);
    }
    expect(said).toMatch(/wwrr.*wrr/);
    expect(await connections()).toEqual(before);
  });

  it("what is not there, what is there twice and what is no address, word by word", async () => {
    const bad = stack({ moreServices: JSON.stringify([{ port: 80, scheduler: "rr" }, { prot: 81 }]) });
    const [first, second, third] = machines(bad, "realServers");
    const keyless = { ...second!, hostKey: undefined };
    const written = { ...third!, name: "`id`", address: "198.18.0.23; touch /tmp/pwned", interface: "$(id)" };
    bad.config.realServers = JSON.stringify([first, { ...first, name: "r1" }, keyless, written]);
    const before = await connections();
    const said = await complaint(bad, "preview");
    // The tree above has its first line, too.
    const message = /(?<=Diagnostics:[^]*)error: \d+ arguments[^]*?(?=\n\n)/.exec(said)?.[0] ?? said;
    await expect(`${message}\n`).toMatchFileSnapshot("golden/refused-arguments.txt");
    expect(await connections()).toEqual(before);
  });

  it("a VIP that is a host's own address", async () => {
    const before = await connections();
    const own = "198.18.0.22";
    expect(await complaint(stack({ vip: own }), "preview")).toMatch(new RegExp(`vips\\[0\\]: .*${own}`));
    expect(await connections()).toEqual(before);
  });

  it("a host that shows another key", async () => {
    const wrong = stack();
    const [director] = machines(wrong, "directors");
    director!.hostKey = machines(wrong, "realServers")[0]!.hostKey;
    wrong.config.directors = JSON.stringify([director]);
    const said = await complaint(wrong, "preview");
    expect(said).toMatch(
      /d1 \(198\.18\.0\.11\), port 22 is not the host it should be: the key given for it \(connection\.hostKey or knownHosts\) is ssh-ed25519 SHA256:\S+, the host showed SHA256:\S+; if the host was installed anew, correct that key/,
    );
  });

  it("a key that the host does not know", async () => {
    const said = await complaint(stack({ keyFile: join(folder, "stranger") }), "preview");
    expect(said).toMatch(
      /d1 \(198\.18\.0\.11\), port 22 refused the login of user root by private key; check the user/,
    );
    expect(said).not.toContain("PRIVATE KEY");
  });

  it("a host that does not answer", async () => {
    const gone = stack();
    const [director] = machines(gone, "directors");
    director!.address = "198.18.0.19";
    gone.config.directors = JSON.stringify([director]);
    expect(await complaint(gone, "preview")).toMatch(
      /cannot reach d1 \(198\.18\.0\.19\), port 22: no route to the host; check that the host is up/,
    );
  });

  it("a host without power, and one that hangs", async () => {
    await theLab().crash("r3");
    theLab().suspend("r2");
    try {
      const said = await complaint(stack(), "preview");
      expect(said).toMatch(
        /cannot reach r3 \(198\.18\.0\.23\), port 22: (no route to the host|no answer within 15 seconds); check/,
      );
      expect(said).toMatch(/cannot reach r2 \(198\.18\.0\.22\), port 22: no answer within 15 seconds; check/);
    } finally {
      theLab().resume("r2");
      await theLab().boot("r3");
    }
  });

  it("a user without the right to become root", async () => {
    expect(await complaint(stack({ user: "nosudo" }), "preview")).toMatch(
      /d1 \(198\.18\.0\.11\): user nosudo may not use sudo without a password .*; give it a NOPASSWD rule, or log in as root/,
    );
  });

  it("a kernel without IPVS, in the preview", async () => {
    await shell(
      "d1",
      "cd /lib/modules/$(uname -r) && mkdir /root/hidden && find . -name 'ip_vs*' -exec mv {} /root/hidden/ ';' && depmod",
    );
    try {
      expect(await complaint(stack(), "preview")).toMatch(
        /d1 \(198\.18\.0\.11\) cannot be given what .* wants:\s+kernel \d\S* of this host has no module ip_vs; install/,
      );
    } finally {
      // The exact place of a module does not matter to depmod.
      await shell("d1", "cp /root/hidden/* /lib/modules/$(uname -r)/kernel/ && rm -r /root/hidden && depmod");
    }
  });

  describe("at a first up", () => {
    const page = `'; touch /tmp/pwned; echo "$(touch /tmp/pwned)" \`touch /tmp/pwned\` \\n \\\\ %s %b
[units]
# end
| $HOME	tab 'quote"
last line é`;
    let first: Stack;

    beforeAll(() => {
      first = stack({ user: "pulumi", page });
    });

    it("a package that no repository has; and no state stays behind", async () => {
      // The files that this test searches for later do not exist yet.
      const written = "find /etc /var/lib -name '*pulumi-lvs*'";
      expect(await shell("r1", written)).toBe("");
      await shell("r1", "rpm -q nginx && exit 1; mv /etc/yum.repos.d/lab.repo /root/");
      try {
        expect(await complaint(first, "up")).toMatch(
          /package nginx could not be installed by dnf .*; enable the repository that has it/,
        );
        expect(await shell("r1", written)).toBe("");
      } finally {
        await shell("r1", "mv /root/lab.repo /etc/yum.repos.d/");
      }
    });

    it("but the same stack is accepted once the repository is back: by sudo, with a page that looks like shell", async () => {
      await first.up();
      expect(await on("c1", "curl", "-s", `http://${vip}/`)).toBe(page);
      for (const host of ["r1", "r2", "r3"])
        expect(await on(host, "cat", "/usr/share/nginx/html/index.html"), host).toBe(page);
      expect(await shell("r1", "ls /tmp/pwned 2>/dev/null || echo none")).toBe("none");
      await first.unchanged();
      await first.destroy();
    });
  });
});
