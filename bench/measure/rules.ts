// 200 virtual services with 50 real servers each: 200 lines -A and 10,000 lines -a.
import { linesFed } from "../feed";
import type { Hosts } from "../hosts";
import type { Program } from "../program";
import type { Count, Findings, Runs } from "../row";

const services = 200;
const destinations = 50;
const size = { services: String(services), destinations: String(destinations) };

export async function measureRules(
  hosts: Hosts,
  rules: Program,
  runs: Runs,
  say: (what: string) => void,
): Promise<Partial<Findings>> {
  const { name } = hosts.firstDirector;
  const table = tableWith(hosts.vips[0] ?? "", 1);
  const counts: Count[] = [];
  // What `ipvsadm -R` cannot do is not measured: the package and the module are there for both.
  await hosts.reset([hosts.firstDirector]);
  await hosts.ask(name, "sh", "-c", "dnf -y -q install ipvsadm && modprobe -a ip_vs ip_vs_wrr");

  say("one rule, nothing to do");
  const small: number[] = [];
  await rules.up({ services: "1", destinations: "1", weight: "1" });
  for (let run = 1; run <= runs.noops; run += 1) small.push(await rules.up());
  await rules.destroy();

  const whole = { up: [] as number[], plain: [] as number[], destroy: [] as number[] };
  await hosts.write(name, "/root/rules", table.join("\n") + "\n");
  for (let run = 1; run <= runs.firsts; run += 1) {
    say(`${table.length} rules from nothing (${run} of ${runs.firsts})`);
    if (run > 1) whole.destroy.push(await rules.destroy());
    whole.plain.push(await hosts.ssh(name, "ipvsadm -R", table.join("\n") + "\n"));
    await hosts.ask(name, "ipvsadm", "-C");
    whole.up.push(await rules.up({ ...size, weight: "1" }));
  }
  counts.push(await asDeclared(hosts, table, `of ${table.length} rules, in the table as declared`));

  say(`one weight among ${table.length} rules`);
  const one = { up: [] as number[], idle: [] as number[] };
  let weight = 1;
  for (let run = 1; run <= runs.noops; run += 1) {
    one.idle.push(await rules.up());
    one.up.push(await rules.up({ weight: String((weight += 1)) }));
  }
  const fed = await linesFed(hosts, name, () => rules.up({ weight: String((weight += 1)) }));
  counts.push({ what: "lines fed to `ipvsadm -R` for one weight", wanted: "1", found: String(fed.length) });
  counts.push(
    await asDeclared(hosts, tableWith(hosts.vips[0] ?? "", weight), "of them, after one weight was changed"),
  );
  whole.destroy.push(await rules.destroy());

  const idle = { what: "a no-op `up` of the same", seconds: one.idle };
  return {
    counts,
    rows: [
      {
        what: `${table.length} rules (${services} services × ${1 + destinations}) from nothing`,
        seconds: whole.up,
        against: [{ what: "one `ipvsadm -R` of the same file over ssh", seconds: whole.plain }, idle],
        budget: 1.5,
      },
      { what: `one weight among ${table.length} rules`, seconds: one.up, against: [idle], budget: 1.2 },
      {
        what: `no-op \`up\` of ${table.length} rules`,
        seconds: one.idle,
        against: [{ what: "a no-op `up` of 2 rules on the same host", seconds: small }],
      },
      {
        what: `\`destroy\` of ${table.length} rules`,
        seconds: whole.destroy,
        against: [{ what: "putting them there by `ipvsadm -R`", seconds: whole.plain }],
      },
    ],
  };
}

/** What `ipvsadm -Sn` should print of programs/rules, in any order. */
function tableWith(vip: string, weight: number): string[] {
  return Array.from({ length: services }, (_, index) => {
    const service = `-t ${vip}:${8000 + index}`;
    const behind = Array.from({ length: destinations }, (_, place) => {
      const share = index === 0 && place === 0 ? weight : 1;
      return `-a ${service} -r 198.18.1.${place + 1}:${8000 + index} -g -w ${share}`;
    });
    return [`-A ${service} -s wrr`, ...behind];
  }).flat();
}

async function asDeclared(hosts: Hosts, table: string[], what: string): Promise<Count> {
  const live = (await hosts.ask(hosts.firstDirector.name, "ipvsadm", "-Sn"))
    .split("\n")
    .filter((line) => line !== "");
  const wanted = new Set(table);
  const right = live.filter((line) => wanted.has(line.trim())).length;
  const strange = live.length - right;
  return {
    what,
    wanted: String(table.length),
    found: strange === 0 ? String(right) : `${right}, and ${strange} others`,
  };
}
