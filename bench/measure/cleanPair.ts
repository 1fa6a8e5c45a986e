import { Client } from "../../lab/client";
import type { Hosts } from "../hosts";
import type { Program } from "../program";

/** Runs `measure` on clean hosts, with a client. `measure` declares the pair. At the end the client and the pair are removed. */
export async function onCleanPair(
  hosts: Hosts,
  pair: Program,
  measure: (client: Client) => Promise<void>,
): Promise<void> {
  await hosts.reset();
  const client = new Client(hosts.lab);
  try {
    await measure(client);
  } finally {
    await client.end();
  }
  await pair.destroy();
  // The config of this part must not be there for the next part.
  pair.forget();
}
