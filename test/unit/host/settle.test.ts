// How long a change waits until keepalived has applied its files.
import { describe, expect, it } from "vitest";
import { runShell } from "./shell";

const vip = "addresses\t198.18.0.100/32 dev eth0";
const rule = "ipvs\t-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1";

const parts = [
  "report.sh",
  "claims.sh",
  "packages.sh",
  "unit.sh",
  "configuration.sh",
  "data.sh",
  "start.sh",
  "settle.sh",
];

/** How many looks it takes if they find these differences, one after the other, and then those of the last one. */
async function looks(...differences: string[][]): Promise<string> {
  return looksKnowing("", ...differences);
}

/** The same, if keepalived's own data also have this. */
async function looksKnowing(belief: string, ...differences: string[][]): Promise<string> {
  const shown = differences.map((lines) => `'${lines.join("\n")}'`).join(" ");
  const { status, stdout, stderr } = await runShell(
    parts,
    `answers=(${shown}) looks=0 PLAIN="" CLAIMED="" QUIESCED=""
    unset SECONDS; SECONDS=0 # the sleeps make the time here
    keepalived_active() { :; }
    addresses_read() { :; }
    keepalived_read_data() { DECISIONS=$'instance\\tlb\\tMASTER\\t198.18.0.11${belief}'; }
    live_read() { looks=$((looks + 1)); }
    plan_run() { local last=$((\${#answers[@]} - 1)); REPLY=\${answers[looks > last ? last : looks - 1]}; }
    sleep() { SECONDS=$((SECONDS + 1)); }
    KEEPALIVED=/nowhere
    keepalived_settle ""
    printf '%d looks, %d s' "$looks" "$SECONDS"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** The message of a change about a keepalived in this state of systemd, after the wait. */
async function refusal(active: string, belief: string): Promise<string> {
  const { status, stderr } = await runShell(
    parts,
    `PLAIN=$'units\\tkeepalived.service enabled active\\n' CLAIMED="" QUIESCED=""
    unset SECONDS; SECONDS=0
    exec() { "$@"; } # systemctl is a function here, and exec takes none
    systemctl() { printf '%s\\n' MainPID=1 ActiveState=${active}; }
    addresses_read() { :; }
    keepalived_read_data() { DECISIONS=$'${belief}'; }
    live_read() { :; }
    plan_run() { REPLY=""; }
    sleep() { SECONDS=$((SECONDS + 1)); }
    KEEPALIVED=/nowhere
    trap 'printf "after %d s\n" "$SECONDS" >&2' EXIT
    keepalived_settle ""`,
  );
  expect(status).toBe(1);
  return stderr;
}

describe("keepalived's own data", () => {
  /** What is read of the data of a keepalived that takes this long to write it, if its files have this. */
  async function believed(files: string, milliseconds: number, before = ""): Promise<string> {
    const { status, stdout, stderr } = await runShell(
      parts,
      `KEEPALIVED=$(mktemp -d) DATA_AWK='{ print }'
      trap 'kill "$daemon"; rm -rf "$KEEPALIVED"' EXIT
      printf '%s\n' '${files}' >"$KEEPALIVED/keepalived.conf"
      mkdir "$KEEPALIVED/tmp"
      (
        trap 'sleep 0.${milliseconds}; echo data >"$KEEPALIVED/tmp/keepalived.data"' USR1
        : >"$KEEPALIVED/ready"
        while :; do sleep 0.01; done
      ) >/dev/null & daemon=$!
      until [[ -e $KEEPALIVED/ready ]]; do sleep 0.01; done
      keepalived_active() { KEEPALIVED_PID=$daemon; } # its lock needs the real exec
      keepalived_data_folder() { REPLY=$KEEPALIVED/tmp; }
      packages_keepalived_release() { KEEPALIVED_RELEASE=$RELEASE; }
      cd "$KEEPALIVED/tmp"
      ${before}
      keepalived_read_data
      printf '%s' "$DECISIONS"
      ls -A`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  }

  it("is waited for, also where it is one file", async () => {
    expect(await believed("vrrp_instance lb {", 300)).toBe("data");
  });

  it("is what the daemon has written after it was asked, whatever lay there", async () => {
    const planted = "echo planted >keepalived.data; chown 70001 keepalived.data";
    expect(await believed("vrrp_instance lb {", 300, planted)).toBe("datakeepalived.data\n");
  });

  it("is not read from a link, nor from a file that others have put there meanwhile", async () => {
    for (const plant of [
      "ln -sf /etc/hostname",
      "echo planted >other; chown 70001 other; ln -f other",
      "mkdir -p",
    ]) {
      // The file appears whenever the daemon is asked, and the daemon cannot write its own.
      const meanwhile = `kill() { if [[ $1 == -USR1 ]]; then ${plant} keepalived.data; else builtin kill "$@"; fi; }`;
      const hurried = "sleep() { :; }; trap 'builtin kill $daemon; rm -rf \"$KEEPALIVED\"' EXIT";
      expect(await believed("vrrp_instance lb {", 300, `${meanwhile}; ${hurried}`)).toBe(
        plant.includes("other") ? "other\n" : "",
      );
    }
  });

  it("leaves an administrator's own as they were", async () => {
    const before = "echo mine >keepalived.data; echo mine >keepalived_check.data; ls() { cat *.data; }";
    expect(await believed("vrrp_instance lb {", 300, before)).toBe("datamine\nmine\n");
  });

  it("leaves them so where a look was killed that had put them aside", async () => {
    const killed = "mkdir -m 0700 .pulumi-lvs-aaaaaaaaaa; echo mine >.pulumi-lvs-aaaaaaaaaa/keepalived.data";
    const before = `${killed}; ls() { command ls -A; cat *.data; }`;
    expect(await believed("vrrp_instance lb {", 300, before)).toBe("datakeepalived.data\nmine\n");
  });

  it("is not waited for where the release tells nothing of its checks", async () => {
    const both = "vrrp_instance lb {\nvirtual_server 10.0.0.1 80 {";
    expect(await believed(both, 300, "RELEASE=2.0.10")).toBe("checks-unknown\ndata");
    expect(await believed("virtual_server 10.0.0.1 80 {", 300, "RELEASE=1.3.5")).toBe("checks-unknown");
  });

  it("is not where there is nothing to tell", async () => {
    expect(await believed("global_defs {", 300)).toBe("");
  });
});

describe("a change by keepalived", () => {
  it("is over at the first look that shows no difference", async () => {
    expect(await looks([])).toBe("1 looks, 0 s");
    expect(await looks([`lost\t${rule}`], [`lost\t${rule}`], [])).toBe("3 looks, 2 s");
  });

  it("does not take for somebody's doing what a check has done while the host was looked at", async () => {
    const known = (server: string) => `\\nrule\\t-t 198.18.0.100:80 -r ${server}:80\\tdeclared`;
    const belief = known("198.18.0.21") + known("198.18.0.22");
    const other = rule.replace(".21:", ".22:");
    expect(await looksKnowing(belief, [`lost\t${rule}`], [])).toBe("2 looks, 1 s");
    expect(await looksKnowing(belief, [`lost\t${rule}`], [`lost\t${other}`], [])).toBe("3 looks, 2 s");
    expect(await looksKnowing(belief, [`lost\t${rule}`], [`lost\t${rule}`])).toBe("2 looks, 1 s");
  });

  it("is over when its time is, whatever is missing", async () => {
    expect(await looks([`lost\t${rule}`])).toBe("31 looks, 30 s");
  });

  it("does not take for missing what was on its way while the host was looked at", async () => {
    expect(await looks([`lost\t${vip}`], [])).toBe("2 looks, 1 s");
    expect(await looks([`found\t${vip}`], [`lost\t${vip}`], [])).toBe("3 looks, 2 s");
  });

  it("fails where keepalived does not run, at once where nobody is to start it", async () => {
    expect(await refusal("failed", "")).toMatch(/keepalived does not run[^]*after 0 s/);
    expect(await refusal("activating", "")).toMatch(/keepalived does not run[^]*after 30 s/);
  });

  it("fails where it runs and has made nothing of its files", async () => {
    expect(await refusal("active", "")).toMatch(/says nothing of an instance[^]*after 30 s/);
    expect(await refusal("active", "instance\\tlb\\tFAULT\\t0.0.0.0")).toMatch(
      /lb in state FAULT[^]*after 30 s/,
    );
  });

  it("does not wait for a VIP that somebody took off: keepalived does not either", async () => {
    expect(await looks([`lost\t${vip}`], [`lost\t${vip}`])).toBe("2 looks, 1 s");
  });
});

describe("what keepalived is still to do away with", () => {
  const service = "-A -t 198.18.0.100:80 -s";
  const lost = `lost\\tipvs\\t${service} wrr`;
  const found = `found\\tipvs\\t${service} rr`;
  const known = "service\\t-t 198.18.0.100:80";
  const destination = "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w";
  const [lostOne, foundOne] = [`lost\\tipvs\\t${destination} 1`, `found\\tipvs\\t${destination} 7`];
  const knownOne = `${known}\\nrule\\t-t 198.18.0.100:80 -r 198.18.0.21:80\\tdeclared`;

  it.each<[string, string[], string, string]>([
    ["a service that it does not know of yet", [lost], "", `${service} wrr\n`],
    ["but none that it knows of: somebody has taken it out", [lost], known, ""],
    ["a service that it still has", [found], known, `${service} rr\n`],
    ["but none that it does not have", [found], "", ""],
    ["nor one that somebody has changed", [lost, found], known, ""],
    ["a destination that it does not know of yet", [lostOne], known, `${destination} 1\n`],
    ["one that it still has", [foundOne], knownOne, `${destination} 7\n`],
    ["but none to which somebody has given another weight", [lostOne, foundOne], knownOne, ""],
  ])("is %s", async (_what, differences, decisions, expected) => {
    const { stdout } = await runShell(
      ["report.sh", "claims.sh", "packages.sh", "unit.sh", "settle.sh"],
      `DECISIONS=$'${decisions}'; keepalived_unaware $'${differences.join("\\n")}\\n'; printf '%s' "$REPLY"`,
    );
    expect(stdout).toBe(expected);
  });
});

describe("virtual routes", () => {
  const configuration = `vrrp_instance lb {
  virtual_routes {
    10.0.0.0/8 via 198.18.0.9 dev eth0 src 198.18.0.100 table 100 metric 50 protocol 18
  }
}
vrrp_instance other {
  virtual_routes {
    fd01::/64 via fd18::9 dev eth0 metric 1024 protocol 18
  }
}`;

  /** What a change says, and how long it waits, if \`ip route show\` prints this at each look, the last one again and again. */
  async function waiting(state: string, ...shown: string[]) {
    return waitingFor(configuration, state, ...shown);
  }

  async function waitingFor(files: string, state: string, ...shown: string[]) {
    const { status, stdout, stderr } = await runShell(
      parts,
      `answers=(${shown.map((each) => `'${each}'`).join(" ")}) looks=0 CLAIMED="" QUIESCED=""
      PLAIN=$'units\\tkeepalived.service enabled active\\n'
      unset SECONDS; SECONDS=0
      KEEPALIVED=$(mktemp -d)
      trap 'rm -rf "$KEEPALIVED"' EXIT
      printf '%s\n' '${files}' >"$KEEPALIVED/keepalived.conf"
      exec() { "$@"; }
      keepalived_active() { :; }
      keepalived_patience() { printf 3; }
      addresses_read() { :; }
      keepalived_read_data() { DECISIONS=$'instance\\tlb\\t${state}\\t198.18.0.11\\ninstance\\tother\\tBACKUP\\t198.18.0.12'; }
      live_read() { looks=$((looks + 1)); }
      plan_run() { REPLY=""; }
      ip() {
        [[ $* == "-4 route show table 100 to exact 10.0.0.0/8" ]] || return 2
        printf '%s\n' "\${answers[looks > \${#answers[@]} ? \${#answers[@]} - 1 : looks - 1]}"
      }
      sleep() { SECONDS=$((SECONDS + 1)); }
      keepalived_settle ""
      printf '%d looks' "$looks"`,
    );
    return { status, said: `${stdout}${stderr}`.trim() };
  }
  const there = "10.0.0.0/8 via 198.18.0.9 dev eth0 proto keepalived src 198.18.0.100 metric 50 ";

  it("are waited for on a master, and not on a backup", async () => {
    expect(await waiting("MASTER", there)).toEqual({ status: 0, said: "1 looks" });
    expect(await waiting("MASTER", "", "", there)).toEqual({ status: 0, said: "3 looks" });
    expect(await waiting("MASTER", there.trim())).toEqual({ status: 0, said: "1 looks" });
    expect(await waiting("BACKUP", "")).toEqual({ status: 0, said: "1 looks" });
  });

  it("have no metric where none is given: the host's own route to the same network is another one", async () => {
    const files = configuration.replace("metric 50 ", "");
    const own = "10.0.0.0/8 via 198.18.0.8 dev eth0 proto dhcp metric 100";
    const bare = there.replace("metric 50 ", "");
    expect(await waitingFor(files, "MASTER", `${bare}\n${own}`)).toEqual({ status: 0, said: "1 looks" });
    expect((await waitingFor(files, "MASTER", own)).status).toBe(1);
  });

  it("are missed where keepalived does not add them: one of another metric is another route", async () => {
    for (const shown of [
      "",
      there.replace("50", "100"),
      there.replace("50", "500"),
      there.replace("metric 50 ", ""),
    ])
      expect(await waiting("MASTER", shown)).toEqual({
        status: 1,
        said: expect.stringContaining(
          "keepalived is master, and has not added its virtual route after 3 s: 10.0.0.0/8 via 198.18.0.9 dev eth0 metric 50 (lb); the gateway must be a neighbour",
        ) as string,
      });
  });
});
