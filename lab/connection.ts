// Ssh connections into the machines. A process that runs many commands keeps them: a login takes half a second.
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { Duplex } from "node:stream";
import { Client, type ClientChannel } from "ssh2";
import { LabError, messageOf } from "./errors";
import { inside } from "./network";
import { exitCode, type ExecOptions, type ExecResult } from "./process";
import { quoteAll } from "./quoting";

export interface Target {
  host: string;
  address: string;
  /** The namespace from which the address can be reached. */
  namespace: string;
  user: string;
  privateKeyFile: string;
  /** `ssh-ed25519 AAAA…`; any other key is refused. */
  hostKey: string;
}

/** A connection from inside the namespace, through a process there, because this process is outside. */
function tunnel(target: Target): { child: ChildProcess; stream: Duplex } {
  const [program, ...argv] = inside(
    target.namespace,
    "socat",
    "STDIO",
    `TCP:${target.address}:22,connect-timeout=2`,
  ) as [string, ...string[]];
  const child = spawn(program, argv, { stdio: ["pipe", "pipe", "ignore"] });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.on("error", (error) => stream.destroy(error));
  stream.on("close", () => child.kill("SIGKILL"));
  return { child, stream };
}

export class Connection {
  private readonly client = new Client();
  private open = false;
  private commands = 0;
  private readonly waiting: (() => void)[] = [];
  private tunnel: ChildProcess | undefined;

  constructor(private readonly target: Target) {}

  get usable(): boolean {
    return this.open;
  }

  /** Resolves when logged in; rejects finally if the host key is not the promised one. */
  connect(timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { host, hostKey } = this.target;
      let foundKey: string | undefined;
      this.client.on("ready", () => {
        this.open = true;
        resolve();
      });
      this.client.on("error", (error) => {
        this.close();
        const wrongKey = foundKey !== undefined && foundKey !== hostKey;
        const reason = wrongKey ? `its host key is ${foundKey}, not ${hostKey}` : messageOf(error);
        reject(new LabError(`${host} does not let the lab in by ssh: ${reason}`));
      });
      this.client.on("close", () => {
        this.open = false;
        reject(new LabError(`${host} has closed the ssh connection`));
      });
      const { child, stream } = tunnel(this.target);
      this.tunnel = child;
      this.client.connect({
        sock: stream,
        username: this.target.user,
        privateKey: readFileSync(this.target.privateKeyFile),
        readyTimeout: timeout,
        keepaliveInterval: 10_000,
        keepaliveCountMax: 3,
        algorithms: { serverHostKey: ["ssh-ed25519"] },
        hostVerifier: (key: Buffer) => {
          foundKey = `ssh-ed25519 ${key.toString("base64")}`;
          return foundKey === hostKey;
        },
      });
    });
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    // sshd allows ten sessions a connection.
    if (this.commands >= 8) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.commands += 1;
    try {
      return await this.execNow(argv, options);
    } finally {
      this.commands -= 1;
      this.waiting.shift()?.();
    }
  }

  private execNow(argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
    const { host } = this.target;
    const timeout = options.timeout ?? 60_000;
    return new Promise((resolve, reject) => {
      let channel: ClientChannel | undefined;
      const fail = (reason: string) => {
        clearTimeout(timer);
        this.client.off("close", lost);
        channel?.close();
        reject(new LabError(`${host}: ${quoteAll(argv)}: ${reason}`));
      };
      const lost = () => fail("the ssh connection was lost before the command ended");
      const timer = setTimeout(() => fail(`did not end within ${timeout} ms`), timeout);
      this.client.on("close", lost);
      if (!this.open) return lost();
      this.client.exec(quoteAll(argv), (error, opened) => {
        if (error) return fail(error.message);
        channel = opened;
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        let code: number | null = null;
        let signal: string | undefined;
        opened.on("data", (chunk: Buffer) => stdout.push(chunk));
        opened.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
        opened.on("exit", (status: number | null, name?: string) => {
          code = status;
          signal = name;
        });
        opened.on("error", () => undefined); // A program that does not read its input.
        opened.on("close", () => {
          if (!this.open) return;
          clearTimeout(timer);
          this.client.off("close", lost);
          resolve({
            code: exitCode(code, signal),
            stdout: Buffer.concat(stdout).toString(),
            stderr: Buffer.concat(stderr).toString(),
          });
        });
        opened.end(options.stdin ?? "");
      });
    });
  }

  close(): void {
    this.open = false;
    this.client.end();
    this.client.destroy();
    // A machine without power sends nothing, so the stream does not end by itself.
    this.tunnel?.kill("SIGKILL");
  }
}
