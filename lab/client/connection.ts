import { createHash } from "node:crypto";
import { createConnection, type Socket } from "node:net";
import type { Target } from "./verbs.js";

const blankLine = "\r\n\r\n";

/** An HTTP connection that stays open, and is read only on request. */
export class Connection {
  private received = Buffer.alloc(0);
  private ended: string | undefined;
  private woken: () => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.pause();
    socket.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      socket.pause();
      this.woken();
    });
    socket.on("close", () => this.end("the connection was closed"));
    socket.on("error", (error: NodeJS.ErrnoException) => this.end(error.code ?? error.message));
  }

  static open({ address, port, from }: Target): Promise<Connection> {
    const socket = createConnection({ host: address, port, localAddress: from });
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => socket.destroy(new Error("no connection within 20 s")), 20_000);
      socket.once("error", (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message)));
      socket.once("connect", () => {
        clearTimeout(late);
        socket.removeAllListeners("error");
        resolve(new Connection(socket));
      });
    });
  }

  async begin(path: string): Promise<void> {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.socket.remoteAddress}\r\n\r\n`);
    await this.read(1);
  }

  /** The body of the answer whose first bytes have been read. */
  async finish(): Promise<Buffer> {
    while (!this.received.includes(blankLine)) await this.read(this.received.length + 1);
    const end = this.received.indexOf(blankLine);
    const head = this.received.toString("latin1", 0, end);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    if (!head.startsWith("HTTP/1.1 200 ") || Number.isNaN(length)) throw new Error(`answered: ${head}`);
    await this.read(end + 4 + length);
    const body = this.received.subarray(end + 4, end + 4 + length);
    this.received = this.received.subarray(end + 4 + length);
    return body;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Resolves when this many bytes have arrived in total. */
  private async read(bytes: number): Promise<void> {
    while (this.received.length < bytes) {
      if (this.ended !== undefined)
        throw new Error(`${this.ended}, after ${this.received.length} bytes of ${bytes}`);
      const more = new Promise<void>((resolve) => (this.woken = resolve));
      this.socket.resume();
      await more;
    }
  }

  private end(why: string): void {
    this.ended ??= why;
    this.woken();
  }
}

export const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
