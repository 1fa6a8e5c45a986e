// npm run lab -- …
import { spawn } from "node:child_process";
import { join } from "node:path";
import { labConfig } from "./config";
import { openLab, LabError, type Lab } from "./index";
import { parseCommandLine, usage, type CommandLine } from "./commandLine";
import { namespaceOf } from "./layout";
import { inside } from "./network";
import { exitCode } from "./process";
import { Project, providePulumi } from "./pulumi";
import { quoteAll } from "./quoting";
import { isDebian, nameOf } from "./release";
import { notUp } from "./errors";
import { LabFolder } from "./state";
import type { LabStatus } from "./status";

async function main(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2));
  if (command.verb === "help") {
    process.stdout.write(usage);
    return 0;
  }
  const lab = openLab(command.lab);
  try {
    return await obey(lab, command);
  } finally {
    lab.close();
  }
}

async function obey(lab: Lab, command: CommandLine): Promise<number> {
  switch (command.verb) {
    case "up": {
      const { counts, release, kernel, selinux, services } = command;
      const plan = { ...counts, release, kernel, selinux, services };
      print(await untilInterrupted((signal) => lab.up(plan, signal)));
      return 0;
    }
    case "down":
      await lab.down();
      return 0;
    case "status":
      if (command.json) process.stdout.write(`${JSON.stringify(lab.status(), null, 2)}\n`);
      else print(lab.status());
      return 0;
    case "exec":
      return passThrough(lab, command.host, command.argv);
    case "crash":
    case "boot":
    case "suspend":
    case "resume":
      await lab[command.verb](command.host);
      return 0;
    case "reset":
      await lab.reset(command.host, {
        release: command.release,
        selinux: command.selinux,
        services: command.services,
      });
      return 0;
    case "pulumi":
      return pulumi(lab, command);
    case "help":
      return 0;
  }
}

/** Commands of the CLI that use no stack. */
const aboutItself = ["version", "help", "plugin", "schema"];

/** Runs the CLI with this terminal, so that its questions, its display and its flags work as they do without a lab. */
async function pulumi(
  lab: Lab,
  { directory, stack, state, words }: CommandLine & { verb: "pulumi" },
): Promise<number> {
  const [operation = "help"] = words;
  if (aboutItself.includes(operation) || words.some((word) => word === "--help" || word === "-h")) {
    const { pulumi: program, home } = await providePulumi();
    return withTerminal([program, ...words], { ...process.env, PULUMI_HOME: home });
  }
  const status = lab.status();
  if (status.state !== "up") throw new LabError(notUp(lab.name));
  const project = new Project({
    directory,
    stack,
    // All labs have the same addresses, so each lab has a state of its own.
    state: state ?? join(directory, ".pulumi-lab", lab.name),
    namespace: status.namespace,
  });
  project.configure(labConfig(status));
  const { argv, environment } = await project.command(words);
  return withTerminal(argv, environment);
}

/** Ctrl-C reaches the program by itself. The program decides how to end, and this process then ends as well. */
function withTerminal([program = "", ...words]: string[], env = process.env): Promise<number> {
  const child = spawn(program, words, { env, stdio: "inherit" });
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(exitCode(code, signal)));
  });
}

/** An interrupted `up` removes what it has started before it ends. */
async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new LabError("interrupted; what was started has been taken away"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, interrupt);
  }
}

/** Runs a program on a host with the standard streams of this process. */
function passThrough(lab: Lab, name: string, argv: readonly string[]): Promise<number> {
  const host = lab.status().hosts.find((each) => each.name === name);
  if (!host) throw new LabError(`lab ${lab.name} has no host ${name}`);
  const folder = new LabFolder(lab.name);
  const ssh = [
    ...[
      "ssh",
      "-i",
      folder.controlKey,
      "-o",
      "IdentitiesOnly=yes",
      "-o",
      "BatchMode=yes",
      "-o",
      "LogLevel=ERROR",
    ],
    ...["-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile=${folder.knownHosts}`, "-F", "none"],
    ...["-o", "ConnectTimeout=10", ...(process.stdin.isTTY && process.stdout.isTTY ? ["-t"] : [])],
    ...[`root@${host.address}`, quoteAll(argv)],
  ];
  return withTerminal(
    host.namespace ? inside(host.namespace, ...argv) : inside(namespaceOf(lab.name), ...ssh),
  );
}

function print(status: LabStatus): void {
  const { kernel } = status;
  const on =
    kernel && `, on the ${kernel.name === "full" ? "full" : "ready-made"} kernel (${kernel.version})`;
  const lines = [`lab ${status.lab} is ${status.state}${on ?? ""}`];
  if (status.state === "up") {
    lines.push(
      `  programs run in it by: ip netns exec ${status.namespace} …; addresses for services: ${status.vip[0]} and on`,
    );
    for (const { name, role, address, state, release, selinux = "off", services } of status.hosts) {
      const mode = selinux === "off" ? "" : `, SELinux ${selinux}`;
      const more = services === "default" ? ", with its default services" : "";
      const looks =
        release === undefined ? "" : `  ${isDebian(release) ? "" : "like "}${nameOf(release)}${more}${mode}`;
      lines.push(`  ${name}  ${address}  ${role.padEnd(11)}  ${state}${looks}`);
    }
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(
      `lab: ${error instanceof LabError ? error.message : String((error as Error).stack ?? error)}\n`,
    );
    process.exitCode = 1;
  },
);
