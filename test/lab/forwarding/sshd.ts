import { setTimeout as delay } from "node:timers/promises";
import { shell, theLab } from "../support/stack";

/** Whether sshd of a host answers a connection from another host. */
export const banner = (from: string, address: string, port = 22) =>
  shell(from, `timeout 10 bash -c 'exec 3<>/dev/tcp/${address}/${port}; head -c 4 <&3' || :`);

/** Connects to sshd of several hosts again and again. */
export class LoginWatch {
  /** Errors, one a line. */
  readonly failures: string[] = [];
  /** The number of connections. */
  tries = 0;
  private over = false;
  private readonly ended: Promise<void>;

  constructor(from: string, addresses: readonly string[]) {
    this.ended = this.watch(from, addresses);
  }

  async end(): Promise<void> {
    this.over = true;
    await this.ended;
  }

  private async watch(from: string, addresses: readonly string[]): Promise<void> {
    const one = (address: string) =>
      `said=$(timeout 10 bash -c 'exec 3<>/dev/tcp/${address}/22; head -c 4 <&3' 2>&1); [[ $said == SSH- ]] || echo "$(date +%T) ${address} $said"`;
    while (!this.over) {
      const { stdout } = await theLab().exec(from, ["bash", "-c", `${addresses.map(one).join("\n")}\n:`]);
      this.failures.push(...stdout.split("\n").filter((line) => line !== ""));
      this.tries += addresses.length;
      await delay(200);
    }
  }
}
