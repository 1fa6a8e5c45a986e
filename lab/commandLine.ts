import { parseArgs } from "node:util";
import { LabError } from "./errors";
import { kernelWishes, type KernelWish } from "./kernel";
import { maximumPerLetter, type Counts } from "./layout";
import { releaseOf, releases, type Release } from "./release";
import { selinuxModes, type SelinuxMode } from "./selinux";
import { serviceSets, type ServiceSet } from "./services";

export const usage = `npm run lab -- VERB …
  up [--directors N] [--real-servers N] [--clients N]   bring up what is missing (a new lab: 2, 3 and 1)
     [--far-real-servers N] [--far-clients N]           the same in the second network (a new lab: none)
     [--release 8|9|10|debian12|debian13]               machines like CentOS's release, or plain Debian (a new lab: 9)
     [--kernel full|ready|any]                          the machines' kernel (any: full if it is built)
     [--selinux off|permissive|enforcing]               (a new lab: off)
     [--services few|default]                           started at boot: few, or CentOS's default ones (few)
  status [--json]
  exec HOST -- PROGRAM ARGUMENT…                        run a program on a host, as root
  crash HOST      cut its power          boot HOST     start it again, with the same disk
  reset HOST [--release RELEASE] [--selinux MODE] [--services few|default]
                                                        a clean disk, booted; with other options if named
  suspend HOST    let it hang            resume HOST
  pulumi OPERATION … [--cwd DIR] [--stack NAME] [--state DIR]
                                                        the Pulumi CLI on a project, with the lab's hosts as its config
  down                                                  end everything and leave nothing behind
Each takes --lab NAME (default: default). Hosts are d1 … (directors), r1 … (real servers), c1 … (clients);
in the second network f1 … (real servers), x1 … (clients).
For JSON alone on standard output: npm run -s lab -- status --json
`;

const hostVerbs = ["crash", "boot", "suspend", "resume"] as const;
/** The verbs that take each option of the machines. */
const takenBy = {
  release: ["up", "reset"],
  selinux: ["up", "reset"],
  services: ["up", "reset"],
  kernel: ["up"],
};
type HostVerb = (typeof hostVerbs)[number];

/** The options of machines that a single one may have for itself. */
interface Modes {
  release?: Release;
  selinux?: SelinuxMode;
  services?: ServiceSet;
}

export type CommandLine = { lab: string } & (
  | ({ verb: "up"; counts: Partial<Counts>; kernel?: KernelWish } & Modes)
  | ({ verb: "reset"; host: string } & Modes)
  | { verb: "status"; json: boolean }
  | { verb: "exec"; host: string; argv: string[] }
  | { verb: HostVerb; host: string }
  | { verb: "pulumi"; directory: string; stack: string; state?: string; words: string[] }
  | { verb: "down" | "help" }
);

function isHostVerb(verb: string): verb is HostVerb {
  return (hostVerbs as readonly string[]).includes(verb);
}

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d$/.test(text))
    throw new LabError(`--${option} ${text}: a number from 0 to ${maximumPerLetter} is possible`);
  return Number(text);
}

function release(text: string | undefined): Release | undefined {
  const found = text === undefined ? undefined : releaseOf(text);
  if (text !== undefined && found === undefined)
    throw new LabError(`--release ${text}: ${releases.join(", ")} are possible`);
  return found;
}

function oneOf<T extends string>(option: string, words: readonly T[], text: string | undefined) {
  const found = words.find((word) => word === text);
  if (text !== undefined && found === undefined)
    throw new LabError(`--${option} ${text}: ${words.join(", ")} are possible`);
  return found;
}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        lab: { type: "string", default: "default" },
        directors: { type: "string" },
        "real-servers": { type: "string" },
        clients: { type: "string" },
        "far-real-servers": { type: "string" },
        "far-clients": { type: "string" },
        release: { type: "string" },
        kernel: { type: "string" },
        selinux: { type: "string" },
        services: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new LabError(`${(error as Error).message}\n${usage}`);
  }
}

/** Options of the CLI that the lab must know. All others are only passed on. */
const pulumiOptions = {
  "--lab": "lab",
  "--cwd": "cwd",
  "-C": "cwd",
  "--stack": "stack",
  "-s": "stack",
  "--state": "state",
};
type PulumiOption = (typeof pulumiOptions)[keyof typeof pulumiOptions];

function parsePulumi(all: string[]): CommandLine {
  const given: Partial<Record<PulumiOption, string>> = {};
  const words: string[] = [];
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at]!;
    if (word === "--") {
      words.push(...all.slice(at));
      break;
    }
    const [, name = word, value] = /^(--\w+)=(.*)$/s.exec(word) ?? /^(-[Cs])=?(.+)$/s.exec(word) ?? [];
    const option = Object.hasOwn(pulumiOptions, name)
      ? pulumiOptions[name as keyof typeof pulumiOptions]
      : undefined;
    if (option === undefined) words.push(word);
    else {
      given[option] = value ?? all[(at += 1)];
      if (given[option] === undefined || given[option].startsWith("-"))
        throw new LabError(`${name} needs a value\n${usage}`);
    }
  }
  const { lab = "default", cwd: directory = ".", stack = "dev", state } = given;
  return { lab, verb: "pulumi", directory, stack, state, words };
}

export function parseCommandLine(words: string[]): CommandLine {
  const verbAt = words[0] === "--lab" ? 2 : 0;
  if (words[verbAt] === "pulumi") return parsePulumi([...words.slice(0, verbAt), ...words.slice(verbAt + 1)]);
  // Words after -- belong to another program, even if they look like our options.
  const end = words.indexOf("--");
  const rest = end < 0 ? [] : words.slice(end + 1);
  const { values, positionals } = parse(end < 0 ? words : words.slice(0, end));
  const [verb, host, ...more] = positionals;
  const { lab } = values;
  const wrong = (reason: string) => new LabError(`${reason}\n${usage}`);
  if (values.help || verb === undefined || verb === "help") return { lab, verb: "help" };

  for (const [option, verbs] of Object.entries(takenBy)) {
    if (values[option as keyof typeof takenBy] !== undefined && !verbs.includes(verb))
      throw wrong(`${verb} takes no --${option}`);
  }

  if (verb === "exec") {
    const argv = [...more, ...rest];
    if (host === undefined || argv.length === 0) throw wrong("exec needs a host and a program");
    return { lab, verb, host, argv };
  }
  const modes = {
    release: release(values.release),
    selinux: oneOf("selinux", selinuxModes, values.selinux),
    services: oneOf("services", serviceSets, values.services),
  };
  if (rest.length > 0 || more.length > 0) throw wrong(`${verb} takes no ${[...more, ...rest].join(" ")}`);
  if (isHostVerb(verb) || verb === "reset") {
    if (host === undefined) throw wrong(`${verb} needs a host`);
    if (verb !== "reset") return { lab, verb, host };
    return { lab, verb, host, ...modes };
  }
  if (host !== undefined) throw wrong(`${verb} takes no ${host}`);
  switch (verb) {
    case "up": {
      const counts = {
        directors: count("directors", values.directors),
        realServers: count("real-servers", values["real-servers"]),
        clients: count("clients", values.clients),
        farRealServers: count("far-real-servers", values["far-real-servers"]),
        farClients: count("far-clients", values["far-clients"]),
      };
      return {
        lab,
        verb,
        counts: Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== undefined)),
        kernel: oneOf("kernel", kernelWishes, values.kernel),
        ...modes,
      };
    }
    case "status":
      return { lab, verb, json: values.json };
    case "down":
      return { lab, verb };
    default:
      throw wrong(`${verb} is not known`);
  }
}
