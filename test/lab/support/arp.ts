import { shell } from "./stack";
import { tally, vip } from "./traffic";

/** Sends so many ARP requests for the VIP, and counts the answers by MAC, as the client's interface sees them. */
export async function answering(requests: number): Promise<Record<string, number>> {
  const output = await shell(
    "c1",
    `out=$(mktemp); tcpdump -lnei eth0 'arp[6:2] = 2 and arp src host ${vip}' >$out 2>/dev/null & capture=$!
    sleep 1
    for ((i = 0; i < ${requests}; i++)); do arping -q -b -c 1 -w 1 -I eth0 ${vip}; done
    sleep 1; kill $capture; wait $capture; awk '{ print $2 }' $out; rm $out`,
  );
  return tally(output.split("\n").filter((line) => line !== ""));
}
