// One machine of a lab: a User Mode Linux kernel as a process group of its own, which outlives the command.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LabError } from "./errors";
import type { Image } from "./image";
import { hostsFile, namespaceOf, networks, prefixLength, prefixLength6, type HostPlan } from "./layout";
import { inside, tapOf } from "./network";
import { identify, run, type ProcessIdentity } from "./process";
import { selinuxArguments, type SelinuxMode } from "./selinux";
import { memoryOf, servicesArguments, type ServiceSet } from "./services";
import type { LabFolder } from "./state";

/** What a machine is booted with, beside its kernel and its disk. */
interface Modes {
  selinux: SelinuxMode;
  services: ServiceSet;
}

/**
 * Writes the data about itself that the machine reads when it starts (lab/image/overlay/usr/libexec/lab-host). They are not on its disk.
 */
export async function writeIdentity(folder: LabFolder, host: HostPlan): Promise<string> {
  const path = join(folder.hostPath(host.name), "identity");
  mkdirSync(path, { recursive: true });
  const keyFile = join(path, "ssh_host_ed25519_key");
  if (!existsSync(keyFile))
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", host.name, "-f", keyFile);
  const { gateway, gateway6 } = networks[host.network];
  writeFileSync(
    join(path, "address"),
    `${host.address}/${prefixLength} ${gateway}\n${host.address6}/${prefixLength6} ${gateway6}\n`,
  );
  writeFileSync(join(path, "hosts"), hostsFile());
  const keys = [folder.privateKey, folder.controlKey].map((key) => readFileSync(`${key}.pub`, "utf8"));
  writeFileSync(join(path, "authorized_keys"), keys.join(""));
  // Without the comment, as a user would write it in a program.
  return readFileSync(`${keyFile}.pub`, "utf8").trim().split(" ").slice(0, 2).join(" ");
}

function consoleFile(folder: LabFolder, host: string): string {
  return join(folder.hostPath(host), "console");
}

/** The file with everything that the machine has written to one of its disks: the root, and the kernel's modules. */
function copyOnWriteFile(folder: LabFolder, host: string, disk: "disk" | "modules"): string {
  return join(folder.hostPath(host), `${disk}.cow`);
}

/** The next start then has clean disks. */
export function discardDisks(folder: LabFolder, host: string): void {
  for (const disk of ["disk", "modules"] as const)
    rmSync(copyOnWriteFile(folder, host, disk), { force: true });
}

function modulesFile(image: Image): string {
  return join(image.kernel.folder, "modules.ext4");
}

/** The folder for the machines' memory: a file for each, deleted as soon as it is open, and mapped as executable. */
function memoryFolder(megabytes: number, fallback: string): string {
  try {
    const mount = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .filter((fields) => fields[1] === "/dev/shm")
      .at(-1);
    const shared = statfsSync("/dev/shm");
    const free = (shared.bavail * shared.bsize) / 2 ** 20;
    // Containers often have 64 MB there: a machine would be killed as soon as it had used all of it.
    if (mount && !mount[3]!.split(",").includes("noexec") && free >= 4 * megabytes) return "/dev/shm";
  } catch {
    // No /dev/shm at all.
  }
  return fallback;
}

function kernelArguments(folder: LabFolder, image: Image, modes: Modes, host: HostPlan): string[] {
  const path = folder.hostPath(host.name);
  const own = readFileSync(join(image.kernel.folder, "arguments"), "utf8").split(/\s+/).filter(Boolean);
  const machineId = createHash("sha256").update(`${folder.lab}/${host.name}`).digest("hex").slice(0, 32);
  return [
    ...[`mem=${memoryOf[modes.services]}M`, "root=/dev/ubda", "rw"],
    `ubd0=${copyOnWriteFile(folder, host.name, "disk")},${image.disk}`,
    `ubd1=${copyOnWriteFile(folder, host.name, "modules")},${modulesFile(image)}`,
    `vec0:transport=tap,ifname=${tapOf(host)},mac=${host.mac}`,
    ...[
      `umid=${folder.lab}-${host.name}`,
      `uml_dir=${join(path, "uml")}`,
      `hostfs=${join(path, "identity")}`,
    ],
    // The machine's output is written to our file. It has no other terminal.
    ...["con=null", "con0=null,fd:1", "ssl=null"],
    ...[`systemd.hostname=${host.name}`, `systemd.machine_id=${machineId}`],
    ...own,
    ...selinuxArguments(modes.selinux),
    ...servicesArguments(modes.services),
  ];
}

/** Switches the machine on. It is ready when its sshd answers. */
export function startMachine(folder: LabFolder, image: Image, modes: Modes, host: HostPlan): ProcessIdentity {
  const program = join(image.kernel.folder, "host");
  for (const file of [program, modulesFile(image), image.disk]) {
    if (!existsSync(file)) {
      throw new LabError(
        `${host.name}: ${file} is gone, with which lab ${folder.lab} was started: take the lab down and up again`,
      );
    }
  }
  mkdirSync(join(folder.hostPath(host.name), "uml"), { recursive: true });
  const output = openSync(consoleFile(folder, host.name), "w");
  const argv = inside(namespaceOf(folder.lab), program, ...kernelArguments(folder, image, modes, host));
  const child = spawn(argv[0]!, argv.slice(1), {
    detached: true,
    stdio: ["ignore", output, output],
    cwd: "/",
    env: {
      PATH: process.env.PATH,
      HOME: folder.hostPath(host.name),
      // In the kernel's folder, files can be executed.
      TMPDIR: memoryFolder(memoryOf[modes.services], dirname(image.kernel.folder)),
    },
  });
  closeSync(output);
  child.on("error", () => undefined); // The caller notices the error, because the child has no process id.
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (!identity) throw new LabError(`${host.name}: its kernel could not be started`);
  return identity;
}

/** The end of what the machine printed, for an error's text. */
export function consoleTail(folder: LabFolder, host: string, lines = 30): string {
  const file = consoleFile(folder, host);
  if (!existsSync(file)) return "(its console is empty)";
  const printed = readFileSync(file, "utf8")
    // eslint-disable-next-line no-control-regex -- colours of the console
    .replaceAll(/\u001b\[[0-9;]*[A-Za-z]|\r/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return printed.slice(-lines).join("\n");
}
