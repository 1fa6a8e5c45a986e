// How missing packages are installed: what is run, what is waited for, and what is said if it fails. The messages of dnf 4.14 were had from
// it; those of yum 3.4 and apt-get 2.6 are from their sources.
import { describe, expect, it } from "vitest";
import { runShell, stateParts } from "./shell";

/**
 * A host without packages. `answers` has, for each call of the package manager to install, what it prints; one that begins with `ok`
 * installs. Standard output ends with the calls.
 */
function onHost(system: string, answers: string[], lines: string, installed: string[] = []) {
  return runShell(
    [...stateParts, "installing.sh", "packages.sh", "units.sh"],
    `STATE=$(mktemp -d) MINE=none PLAIN="" LIVE="" INSTALL_PACKAGES="" SYSTEM=${system}
    trap 'cat "$STATE/calls" 2>/dev/null; rm -rf "$STATE"' EXIT
    exec() { "$@"; }
    called() { printf '%s\\n' "$*" >>"$STATE/calls"; }
    sleep() { called "sleep $1"; }
    type() { [[ $2 == @(dnf|yum|apt-get|rpm|dpkg-query) ]] && echo "$2"; }
    : >"$STATE/installed"; printf '%s\\n' ${installed.join(" ")} >"$STATE/installed"
    rpm() { local each; case $1 in -qa) cat "$STATE/installed" ;; *) for each in "\${@:4}"; do grep -x "$each" "$STATE/installed" || echo "package $each is not installed"; done ;; esac; }
    dpkg-query() {
      local each status=0
      called dpkg-query
      (($# > 3)) || { sed 's/^/ii /' "$STATE/installed"; return; }
      for each in "\${@:4}"; do if grep -qx "$each" "$STATE/installed"; then echo "ii $each"; else status=1; fi; done
      return "$status"
    }
    answers=(${answers.map((each) => `$'${each.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`).join(" ")})
    installs() {
      called "$*"
      local number=$(grep -c install "$STATE/calls") answer
      answer=\${answers[number - 1]}
      printf '%s\\n' "$answer"
      [[ $answer == ok* ]] || return 1
      printf '%s\\n' "\${@:$#}" >>"$STATE/installed"
    }
    dnf() { installs dnf "$@"; }
    yum() { installs yum "$@"; }
    apt-get() { if [[ $* == *update ]]; then called "apt-get $*"; eval "\${UPDATE-:}"; else installs apt-get "$@"; fi; }
    dpkg() { called "dpkg $*"; }
    systemctl() {
      case $1 in
        show) if grep -qx keepalived "$STATE/installed"; then echo LoadState=loaded; else echo LoadState=not-found; fi ;;
        *) called "systemctl $*" ;;
      esac
    }
    ${lines}`,
  );
}

const apt = "apt-get -y -qq -oDpkg::Options::=--force-confdef -oDpkg::Options::=--force-confold install";

describe("a missing package", () => {
  it("is installed by dnf, which does not wait for others", async () => {
    const { status, stdout, stderr } = await onHost("el9", ["ok"], "packages_set keepalived");
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: "dnf -y --setopt=exit_on_lock=1 install keepalived\n",
      stderr: "",
    });
  });

  it("is installed by yum on 7, and by apt-get with new lists on Debian", async () => {
    expect((await onHost("el7", ["ok"], "packages_set keepalived")).stdout).toBe(
      "yum -y --setopt=exit_on_lock=1 install keepalived\n",
    );
    const { stdout } = await onHost("debian12", ["ok"], "packages_set keepalived");
    expect(stdout.split("\n").filter((line) => line !== "dpkg-query")).toEqual([
      "apt-get -qq update",
      `${apt} keepalived`,
      "",
    ]);
  });

  it("of a host that has rpm beside Debian's own list is looked for in Debian's", async () => {
    const lines = 'packages_live keepalived; printf "%s" "$LIVE"';
    expect((await onHost("debian13", [], lines, ["keepalived"])).stdout).toBe(
      "packages\tkeepalived\ndpkg-query\n",
    );
    // (An unknown system gives back what it has.)
    expect((await onHost('""', [], lines, ["keepalived"])).stdout).toBe("packages\tkeepalived\n");
  });

  it("without its package manager is an error that names the one it should have", async () => {
    const { status, stderr } = await onHost("el9", [], "type() { return 1; }; packages_set keepalived");
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "error: no package manager (dnf) on this host; wanted packages: keepalived\n",
    });
  });

  it("of Debian brings no unit that runs before it is wanted to", async () => {
    const units = `PLAIN=$'units\\tkeepalived.service enabled active\\nsysctl\\tx = 1\\n'`;
    const { stdout } = await onHost("debian12", ["ok"], `${units}; packages_set keepalived`);
    expect(stdout).toContain("systemctl -q disable --now -- keepalived.service\n");
    const there = await onHost("debian12", ["ok"], `${units}; packages_set other`, ["keepalived"]);
    expect(there.stdout).not.toContain("systemctl");
    expect((await onHost("el9", ["ok"], `${units}; packages_set keepalived`)).stdout).not.toContain(
      "systemctl",
    );
  });
});

const locked: [string, string][] = [
  ["el9", "metadata already locked by 9468\n  The application with PID 9468 is: python3"],
  [
    "el7",
    "Existing lock /var/run/yum.pid: another copy is running as pid 77.\nAnother app is currently holding the yum lock; exiting as configured by exit_on_lock",
  ],
  [
    "debian12",
    "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 77 (apt)\nE: Unable to acquire the dpkg frontend lock",
  ],
];

describe.each(locked)("if another program installs packages on %s", (system, message) => {
  it("it is waited for", async () => {
    const { status, stdout } = await onHost(system, [message, message, "ok"], "packages_set keepalived");
    expect(status).toBe(0);
    expect(stdout.match(/^sleep 5$/gm)).toHaveLength(2);
  });

  it("it is waited for two minutes, and then is an error that says so", async () => {
    const many = Array.from({ length: 30 }, () => message);
    const { status, stdout, stderr } = await onHost(system, many, "packages_set keepalived");
    expect(status).toBe(1);
    expect(stdout.match(/^sleep 5$/gm)).toHaveLength(24);
    expect(stderr).toContain(message.split("\n")[0]);
    expect(stderr).toMatch(
      /^error: package keepalived could not be installed by \S+ \(its last lines are above\): another program was installing packages for 120 s and more; wait until it has ended, or end it, and run pulumi up again$/m,
    );
  });
});

it("the lists of Debian's packages are waited for as well", async () => {
  const held = `UPDATE='[[ -e $STATE/once ]] || { : >"$STATE/once"; echo "E: Could not get lock /var/lib/apt/lists/lock"; false; }'`;
  const { status, stdout } = await onHost("debian12", ["ok"], `${held}; packages_set keepalived`);
  expect(status).toBe(0);
  expect(stdout.split("\n").filter((line) => line !== "dpkg-query")).toEqual([
    "apt-get -qq update",
    "sleep 5",
    "apt-get -qq update",
    `${apt} keepalived`,
    "",
  ]);
});

describe("an installation that fails says why, and what to do", () => {
  const network =
    /a repository of this host cannot be reached or read; check the host's network, name service and proxy/;
  const none = /no repository that is enabled has it; enable the repository that has it$/m;
  it.each<[string, string, string, RegExp]>([
    [
      "a name that is not resolved",
      "el9",
      "Errors during downloading metadata for repository 'baseos':\n  - Curl error (6): Couldn't resolve host name for http://repo.invalid/repodata/repomd.xml\nError: Failed to download metadata for repo 'baseos': Cannot download repomd.xml: All mirrors were tried",
      network,
    ],
    ["a mirror of 7", "el7", "Cannot find a valid baseurl for repo: base/7/x86_64", network],
    [
      "no network on Debian",
      "debian12",
      "E: Failed to fetch http://deb.debian.org/x.deb  Could not connect",
      network,
    ],
    ["no such package", "el8", "No match for argument: nginx\nError: Unable to find a match: nginx", none],
    ["no repository at all", "el9", 'Error: There are no enabled repositories in "/etc/yum.repos.d".', none],
    ["no such package on Debian", "debian13", "E: Unable to locate package nginx", none],
    [
      "a package of EPEL",
      "el7",
      "No package nginx available.\nError: Nothing to do",
      /enable the repository that has it \(it is in EPEL: yum -y install epel-release\)$/m,
    ],
    [
      "a package that the owner excludes",
      "el9",
      "All matches were filtered out by exclude filtering for argument: nginx\nError: Unable to find a match: nginx",
      /the host's own configuration excludes it; change that \(exclude in dnf\.conf, versionlock/,
    ],
    [
      "a damaged database",
      "el9",
      "error: cannot open Packages database in /var/lib/rpm\nError: Transaction test error:",
      /the database of rpm is damaged; build it again \(rpm --rebuilddb\)/,
    ],
    [
      "an interrupted installation",
      "debian12",
      "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
      /another installation on this host was interrupted; finish it \(dpkg --configure -a\)/,
    ],
    [
      "something else",
      "el9",
      "At least 9MB more space needed on the / filesystem.",
      /package nginx could not be installed by dnf \(its last lines are above\); correct that, and run pulumi up again$/m,
    ],
  ])("%s, on %s", async (_what, system, message, sentence) => {
    const { status, stdout, stderr } = await onHost(system, [message], "packages_set nginx");
    expect(status).toBe(1);
    expect(stderr).toContain(message.split("\n").at(-1));
    expect(stderr).toMatch(sentence);
    expect(stderr.match(/^error: package/gm)).toHaveLength(1);
    expect(stdout).not.toContain("sleep");
  });

  it("also where yum has installed one of two packages, and ends as if nothing were wrong", async () => {
    const { status, stderr } = await onHost(
      "el7",
      ["ok\nNo package nginx available."],
      "packages_set nginx ipvsadm",
    );
    expect(status).toBe(1);
    expect(stderr).toContain("error: package nginx could not be installed by yum");
    expect(stderr).toContain("epel-release");
  });

  it("and what its lists had to say, on Debian", async () => {
    const lines = `UPDATE='echo "W: Temporary failure resolving deb.debian.org"'; packages_set nginx`;
    const { stderr } = await onHost("debian12", ["E: Unable to locate package nginx"], lines);
    expect(stderr).toMatch(network);
  });
});

it("what a killed run has left half-installed is finished, on Debian, and only then", async () => {
  const killed = `echo bash >"$STATE/packages-before"; packages_note_brought; packages_set keepalived`;
  const { stdout } = await onHost("debian12", ["ok"], killed);
  expect(stdout).toMatch(/^dpkg --configure -a --force-confdef --force-confold\napt-get -y/m);
  expect((await onHost("debian12", ["ok"], "packages_set keepalived")).stdout).not.toContain("configure");
});

describe("packages that are not to be installed, or cannot be", () => {
  const facts = `facts=$'packages\\tipvsadm\\npackages\\tkeepalived remove-on-destroy\\nunits\\tx\\n'`;
  const said = async (lines: string, installed: string[] = []) =>
    (
      await onHost(
        "el9",
        [],
        `${facts}; ${lines}; packages_not_to_be_installed "$facts"; printf '%s' "$REPLY"`,
        installed,
      )
    ).stdout;
  const image =
    /^this host lacks the packages ipvsadm keepalived, and its system is an image \(\/usr is read-only, or \/run\/ostree-booted exists\): add them to the image/;

  it("are named where installPackages is false", async () => {
    expect(await said("INSTALL_PACKAGES=no", ["ipvsadm"])).toBe(
      "this host lacks the packages keepalived, and installPackages is false for it: install them by hand, or leave installPackages out",
    );
  });

  it("are named where the system is an image, or /usr is read-only", async () => {
    expect(await said("PACKAGES_IMAGE=/proc/self")).toMatch(image);
    expect(await said("PACKAGES_SYSTEM=/proc/nonexistent")).toMatch(image);
  });

  it("are no matter where all are there, or none is wanted", async () => {
    expect(await said("PACKAGES_IMAGE=/proc/self", ["ipvsadm", "keepalived"])).toBe("");
    expect(await said("INSTALL_PACKAGES=no; facts=$'units\\tx\\n'")).toBe("");
    expect(await said("INSTALL_PACKAGES=no; facts=''")).toBe("");
  });

  it("are not even looked for elsewhere", async () => {
    expect(await said("rpm() { echo asked; }; packages_live() { echo asked; }")).toBe("");
  });
});
