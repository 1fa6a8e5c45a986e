import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Target } from "./verbs.js";

const patience = 10_000;

/** The answers to `count` datagrams from one socket, each sent after the answer to the previous one. */
export async function datagrams(to: Target, count: number, fromPort?: number): Promise<string[]> {
  const socket = createSocket(to.address.includes(":") ? "udp6" : "udp4");
  const answers: string[] = [];
  try {
    socket.bind({ address: to.from, port: fromPort });
    await once(socket, "listening");
    while (answers.length < count) {
      const answer = once(socket, "message", { signal: AbortSignal.timeout(patience) });
      socket.send("who?", to.port, to.address);
      answers.push(String((await answer)[0]));
    }
    return answers;
  } finally {
    socket.close();
  }
}
