import { Client } from "../../lab/client";
import type { Hosts } from "../hosts";
import type { Program } from "../program";

/** Measures a pair on clean hosts, as a client sees it; whoever measures declares it. Ends with neither left. */
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
  // What one part gave it must not be there for the next.
  pair.forget();
}
