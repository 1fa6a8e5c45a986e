// A small ssh server in the test: real handshakes and real channels, without a host.
import { type AddressInfo, createConnection } from "node:net";
import { type Connection as ServerConnection, Server, utils } from "ssh2";

export interface Sshd {
  port: number;
  /** Its public host key, as an authorized_keys line. */
  hostKey: string;
  /** How many logins there were, and how many are open now. */
  logins: number;
  open: number;
  /** The most channels that were open at once. */
  mostChannels: number;
  commands: string[];
  close: () => Promise<void>;
}

export interface Rules {
  password?: string;
  /** More channels than this are refused, as by MaxSessions. */
  maxSessions?: number;
  /** The answer to a command; by default, not before its standard input ends. */
  answer?: (command: string, stdin: string) => { status: number; stdout: string; stderr: string };
  /** Refuses to forward. */
  forwards?: false;
  /** Breaks the connection instead of answering. */
  breaks?: boolean;
  /** Never answers. */
  hangs?: boolean;
}

/** A key pair; ssh2 writes one in 256 in a form that nothing can read (https://github.com/mscdex/ssh2/issues/1513). */
export function newKeyPair(): { private: string; public: string } {
  for (;;) {
    const pair = utils.generateKeyPairSync("ed25519");
    const broken = [pair.private, pair.public].some((text) => utils.parseKey(text) instanceof Error);
    if (!broken) return pair;
  }
}

export const clientKey = newKeyPair();

export async function startSshd(rules: Rules = {}): Promise<Sshd> {
  const key = newKeyPair();
  const sshd: Sshd = {
    port: 0,
    hostKey: key.public,
    logins: 0,
    open: 0,
    mostChannels: 0,
    commands: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = new Server({ hostKeys: [key.private] }, (client) => {
    client.on("error", () => undefined);
    client.on("close", () => (sshd.open -= 1));
    sshd.open += 1;
    serve(client, sshd, rules);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  sshd.port = (server.address() as AddressInfo).port;
  return sshd;
}

function serve(client: ServerConnection, sshd: Sshd, rules: Rules): void {
  let channels = 0;
  client.on("authentication", (attempt) => {
    const known = utils.parseKey(clientKey.public);
    const byKey =
      attempt.method === "publickey" &&
      !(known instanceof Error) &&
      attempt.key.data.equals(known.getPublicSSH());
    const byPassword = attempt.method === "password" && attempt.password === rules.password;
    if (byKey || byPassword) attempt.accept();
    else attempt.reject(["publickey", "password"]);
  });
  client.on("ready", () => (sshd.logins += 1));
  client.on("tcpip", (accept, reject, to) => {
    if (rules.forwards === false) return void reject();
    const stream = accept();
    const socket = createConnection(to.destPort, to.destIP);
    socket.on("error", () => stream.close());
    stream.on("error", () => undefined);
    stream.pipe(socket).pipe(stream);
  });
  client.on("session", (accept, reject) => {
    if (channels >= (rules.maxSessions ?? 10)) return void reject();
    channels += 1;
    sshd.mostChannels = Math.max(sshd.mostChannels, channels);
    const session = accept();
    session.on("close", () => (channels -= 1));
    session.on("exec", (start, _refuse, { command }) => {
      const channel = start();
      const parts: Buffer[] = [];
      channel.on("data", (part: Buffer) => parts.push(part));
      channel.on("end", () => {
        sshd.commands.push(command);
        if (rules.breaks) return void client.end();
        if (rules.hangs) return;
        const { status, stdout, stderr } = rules.answer?.(command, Buffer.concat(parts).toString()) ?? {
          status: 0,
          stdout: "",
          stderr: "",
        };
        setTimeout(() => {
          channel.write(stdout);
          channel.stderr.write(stderr);
          channel.exit(status);
          channel.end();
        }, 20);
      });
    });
  });
}
