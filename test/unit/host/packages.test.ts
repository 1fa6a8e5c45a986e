// What is removed together with a package, and what stays. rpm's messages are real (4.14), the rest is made up.
import { expect, it } from "vitest";
import { runShell, stateParts } from "./shell";

/**
 * `installed`: the packages, each with those that it needs. rpm removes a package unless another one needs it. dnf installs needed
 * packages, and would remove all packages that depend on the removed one.
 */
function onHost(installed: Record<string, string[]>, repository: Record<string, string[]>, lines: string) {
  const table = (name: string, packages: Record<string, string[]>) =>
    Object.entries(packages).map(([each, needs]) => `${name}[${each}]="${needs.join(" ")}"`);
  return runShell(
    [...stateParts, "installing.sh", "packages.sh"],
    `STATE=$(mktemp -d) MINE=none PLAIN="" LIVE=""
    trap 'rm -rf "$STATE"' EXIT
    printf 'packages\\tkeepalived\\t-\\n' >"$STATE/origins"
    declare -A has=() offers=()
    ${[...table("has", installed), ...table("offers", repository)].join("\n")}
    exec() { "$@"; } # rpm is a function here, and exec takes none
    rpm() {
      local each name=\${!#}
      case $1 in
        -qa) printf '%s\\n' "\${!has[@]}" ;;
        -q) for each in "\${@:4}"; do if [[ -v has[$each] ]]; then echo "$each"; fi; done ;;
        -e)
          for each in "\${!has[@]}"; do
            [[ " \${has[$each]} " == *" $name "* ]] || continue
            printf 'error: Failed dependencies:\\n\\t%s is needed by (installed) %s-1.0-1.x86_64\\n' "$name" "$each"
            return 1
          done
          [[ $name != stubborn ]] || { echo "error: %preun(stubborn) scriptlet failed"; return 1; }
          echo "$name" >>"$STATE/removed"
          ;;
      esac
    }
    # (What is removed in a subshell is forgotten with it.)
    forget() { if [[ -e $STATE/removed ]]; then while read -r each; do unset "has[$each]"; done <"$STATE/removed"; fi; }
    packages_have() { forget; [[ -v has[$1] ]]; }
    packages_manager() { echo dnf; }
    # (As a file, since what is done in a subshell is forgotten.)
    dnf() {
      case $1 in
        -q) echo bash; if [[ -e $STATE/chosen ]]; then cat "$STATE/chosen"; fi ;;
        -y) shift 3; echo "$*" >"$STATE/asked" ;;
      esac
    }
    type() { return 0; }
    bring() { local each; for each in "$@"; do has[$each]=\${offers[$each]}; bring \${offers[$each]}; done; }
    # What comes after the package manager has run.
    packages_note() { bring $(<"$STATE/asked"); rm "$STATE/asked"; }
    ${lines}
    forget
    printf 'left: %s\\n' "$(printf '%s\\n' "\${!has[@]}" | sort | paste -s -d ' ' -)"`,
  );
}

const install = `eval "real_$(declare -f packages_note_brought)"
  packages_note_brought() { packages_note; PLAIN=$'packages\\tkeepalived\\n' real_packages_note_brought; }
  packages_set keepalived`;

it("what came along goes along, in whatever order they need each other", async () => {
  const { stdout, stderr } = await onHost(
    { bash: [] },
    { keepalived: ["libnl", "snmp"], libnl: [], snmp: ["sensors"], sensors: [] },
    `${install}; packages_unset keepalived`,
  );
  expect({ stdout, stderr }).toEqual({ stdout: "left: bash\n", stderr: "" });
});

it("what something else has come to need stays, and is told; so stays what it needs itself", async () => {
  const { status, stdout } = await onHost(
    { bash: [] },
    { keepalived: ["snmp"], snmp: [], monitor: ["keepalived"] },
    `${install}; has[monitor]=keepalived; packages_unset keepalived; cat "$STATE/brought"`,
  );
  expect(status).toBe(0);
  expect(stdout).toContain(
    "note: package keepalived stays: keepalived is needed by (installed) monitor-1.0-1.x86_64\n",
  );
  expect(stdout).toContain("\nsnmp\nleft: bash keepalived monitor snmp\n");
});

it("nothing is noted where the package was there before us, and had only been taken away", async () => {
  const { stdout } = await onHost(
    { bash: [] },
    { keepalived: ["snmp"], snmp: [] },
    `printf 'packages\\tkeepalived\\tkeepalived\\n' >"$STATE/origins"; ${install}; ls "$STATE"`,
  );
  expect(stdout).toBe("origins\nleft: bash keepalived snmp\n");
});

it("what was there before stays", async () => {
  const { stdout } = await onHost(
    { bash: [], snmp: [] },
    { keepalived: ["snmp"], snmp: [] },
    `${install}; packages_unset keepalived`,
  );
  expect(stdout).toBe("left: bash snmp\n");
});

it("what came along stays as long as another package is wanted, and where somebody has asked for it since", async () => {
  const repository = { keepalived: ["snmp", "libnl"], snmp: [], libnl: [] };
  const wanted = `${install}; PLAIN=$'packages\\tipvsadm\\n'; packages_unset keepalived`;
  expect((await onHost({ bash: [], ipvsadm: [] }, repository, wanted)).stdout).toBe(
    "left: bash ipvsadm libnl snmp\n",
  );
  const chosen = `${install}; echo snmp >"$STATE/chosen"; packages_unset keepalived`;
  expect((await onHost({ bash: [] }, repository, chosen)).stdout).toBe("left: bash snmp\n");
});

it("what came along with an installation that was killed is known to the next run", async () => {
  const killed = `packages_note_brought() { packages_note; exit 9; }
    (packages_set keepalived) || :
    has[keepalived]="snmp" has[snmp]=""`;
  const { stdout } = await onHost(
    { bash: [] },
    { keepalived: ["snmp"], snmp: [] },
    `eval "real_$(declare -f packages_note_brought)"
    ${killed}
    PLAIN=$'packages\\tkeepalived\\n' real_packages_note_brought
    PLAIN="" packages_unset keepalived`,
  );
  expect(stdout).toBe("left: bash\n");
});

it("a package that cannot be removed for another reason is an error", async () => {
  const { status, stderr } = await onHost({ stubborn: [] }, {}, "packages_unset stubborn");
  expect(status).toBe(1);
  expect(stderr).toContain("scriptlet failed");
  expect(stderr).toContain("package stubborn could not be removed");
});

it("a list of packages that cannot be had ends the installation before it begins", async () => {
  const failing = `eval "whole_$(declare -f rpm)"
    rpm() { [[ $1 != -qa || -e $STATE/once ]] || { : >"$STATE/once"; return 1; }; whole_rpm "$@"; }`;
  const { status, stderr, stdout } = await onHost(
    { bash: [], chrony: [] },
    { keepalived: [] },
    `${failing}; dnf() { echo "dnf $*" >&2; }; trap 'ls "$STATE"; rm -rf "$STATE"' EXIT; ${install}`,
  );
  expect(status).toBe(1);
  expect(stdout).toBe("once\norigins\n");
  expect(stderr).toBe(
    "error: the packages of this host cannot be listed (the reason is above); try it by hand: rpm -qa, or dpkg-query -W\n",
  );
});

it("an empty list from a run that was killed says nothing of what came along", async () => {
  const { status, stderr } = await onHost(
    { bash: [], chrony: [] },
    {},
    `: >"$STATE/packages-before"; packages_note_brought`,
  );
  expect(status).toBe(1);
  expect(stderr).toContain("packages-before is empty");
});

it("a list of packages that cannot be sorted is not an empty one", async () => {
  const { status, stderr, stdout } = await onHost(
    { bash: [], chrony: [] },
    {},
    `echo bash >"$STATE/packages-before"; packages_all() { printf '%s\\n' bash chrony; }; sort() { return 1; }; trap 'ls "$STATE"; rm -rf "$STATE"' EXIT; packages_note_brought`,
  );
  expect(status).toBe(1);
  expect(stderr).toContain("error: the packages of this host cannot be listed");
  expect(stdout).toBe("origins\npackages-before\n");
});
