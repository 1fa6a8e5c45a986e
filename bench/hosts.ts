// The lab that everything is measured on, and plain ssh to it, as an administrator has it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLab, succeed, type HostStatus, type Lab, type LabStatus } from "../lab";
import { timed } from "./timed";

/** A host as the programs' config names it. */
export type Machine = Pick<HostStatus, "name" | "address" | "interface"> & { hostKey: string };

export class Hosts {
  readonly directors: Machine[];
  readonly realServers: Machine[];
  /** One for each director. */
  readonly vips: string[];
  readonly freeVips: string[];
  readonly keyFile: string;
  readonly #namespace: string;
  readonly #sshConfig: string;

  private constructor(
    readonly lab: Lab,
    status: LabStatus,
    folder: string,
  ) {
    const machines = (role: HostStatus["role"]) =>
      status.hosts
        .filter((host) => host.role === role)
        .map(({ name, address, interface: device, hostKey = "" }) => ({
          name,
          address,
          interface: device,
          hostKey,
        }));
    this.directors = machines("director");
    this.realServers = machines("real-server");
    this.vips = status.vip.slice(0, this.directors.length);
    this.freeVips = status.vip.slice(this.directors.length);
    this.keyFile = status.privateKeyFile;
    this.#namespace = status.namespace;
    this.#sshConfig = join(folder, "ssh_config");
    writeFileSync(
      join(folder, "known_hosts"),
      this.all.map((host) => `${host.address} ${host.hostKey}\n`).join(""),
    );
    writeFileSync(this.#sshConfig, sshConfig(this.all, status, join(folder, "known_hosts")));
  }

  /** Two directors, three real servers and a client; `folder` is for what ssh needs to know of them. */
  static async up(name: string, folder: string): Promise<Hosts> {
    const lab = openLab(name);
    return new Hosts(
      lab,
      await lab.up({ directors: 2, realServers: 3, clients: 1, farClients: 1, owner: process.pid }),
      folder,
    );
  }

  get all(): Machine[] {
    return [...this.directors, ...this.realServers];
  }

  get firstDirector(): Machine {
    const [first] = this.directors;
    if (first === undefined) throw new Error("the lab has no director");
    return first;
  }

  /** Clean machines, all at once. */
  async reset(machines: Machine[] = this.all): Promise<void> {
    await Promise.all(machines.map(({ name }) => this.lab.reset(name)));
  }

  /** Seconds of a process of this machine that reaches the hosts. */
  inside(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
    return timed(["ip", "netns", "exec", this.#namespace, ...argv], { environment });
  }

  /** Seconds of a command over a plain ssh of its own. */
  ssh(name: string, command: string, stdin = ""): Promise<number> {
    return timed(["ip", "netns", "exec", this.#namespace, "ssh", "-F", this.#sshConfig, name, command], {
      stdin,
    });
  }

  /** Seconds of by-hand/all.sh. */
  byHand(): Promise<number> {
    const directors = this.directors.map(({ name, interface: device }, index) => [
      "director",
      name,
      this.vips[index] ?? "",
      device,
    ]);
    const realServers = this.realServers.map(({ name, address, interface: device }) => [
      "real-server",
      name,
      address,
      device,
    ]);
    const script = join(__dirname, "by-hand", "all.sh");
    return this.inside(["bash", script, this.#sshConfig, ...[...directors, ...realServers].flat()]);
  }

  /** What a command prints on a host, over a connection that the lab keeps: not measured, not counted. */
  ask(name: string, ...argv: string[]): Promise<string> {
    return succeed(this.lab, name, argv, { timeout: 120_000 });
  }

  /** Puts a file on a host, unmeasured as well. */
  async write(name: string, path: string, text: string): Promise<void> {
    await succeed(this.lab, name, ["tee", path], { stdin: text });
  }

  /** ssh connections that each host has accepted since it was last switched on, the lab's own left out. */
  async connections(): Promise<Map<string, number>> {
    const counts = this.all.map(
      async ({ name }) => [name, (await this.lab.sshConnections(name)).others] as const,
    );
    return new Map(await Promise.all(counts));
  }
}

function sshConfig(machines: Machine[], status: LabStatus, knownHosts: string): string {
  const hosts = machines.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`);
  const rest = {
    User: status.user,
    IdentityFile: status.privateKeyFile,
    IdentitiesOnly: "yes",
    UserKnownHostsFile: knownHosts,
    StrictHostKeyChecking: "yes",
    BatchMode: "yes",
    LogLevel: "ERROR",
  };
  return `${hosts.join("")}Host *\n${Object.entries(rest)
    .map(([key, value]) => `  ${key} ${value}\n`)
    .join("")}`;
}
