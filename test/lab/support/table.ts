import { on, shell } from "./stack";

/** The lines of a director's table as `ipvsadm -Sn` prints them, sorted. */
export async function rules(host: string): Promise<string[]> {
  const lines = (await on(host, "ipvsadm", "-Sn")).split("\n").map((line) => line.trimEnd());
  return lines.filter((line) => line !== "").sort();
}

/** Connections by service and real server since its rule was added: a rule that is deleted and added again starts at 0. */
export async function counters(): Promise<Record<string, number>> {
  const output = await on("d1", "ipvsadm", "-Ln", "--stats", "--exact");
  const rows = [...output.matchAll(/^(?:TCP|UDP|\s*->)\s+([\d.:]+)\s+(\d+)/gm)];
  return Object.fromEntries(rows.map(([, address = "", count]) => [address, Number(count)]));
}

/** The lines that the director's `ipvsadm -R` reads during the work. */
export async function linesFed(work: () => Promise<unknown>): Promise<string[]> {
  await shell(
    "d1",
    `cp /usr/sbin/ipvsadm /run/ipvsadm
    cat >/run/recorder <<'END'
#!/bin/bash
[[ $1 == -R ]] || exec /run/ipvsadm "$@"
tee -a /run/fed | /run/ipvsadm -R
END
    chmod +x /run/recorder
    >/run/fed
    mount --bind /run/recorder /usr/sbin/ipvsadm`,
  );
  try {
    await work();
    const fed = await on("d1", "cat", "/run/fed");
    return fed.split("\n").filter((line) => line !== "");
  } finally {
    await shell("d1", "umount /usr/sbin/ipvsadm; rm -f /run/ipvsadm /run/recorder /run/fed");
  }
}

/** How many entries the director has for connections of a service to a real server, in any state. */
export async function connectionsOf(vip: string, realServer: string): Promise<number> {
  const output = await on("d1", "ipvsadm", "-Ln", "-t", `${vip}:80`);
  const [, active, inactive] =
    new RegExp(`-> ${realServer}:80 +\\w+ +\\d+ +(\\d+) +(\\d+)`).exec(output) ?? [];
  return Number(active) + Number(inactive);
}

/** The clients that the director remembers for a VIP, and for how many more seconds. */
export async function templates(vip: string): Promise<{ client: string; seconds: number }[]> {
  const output = await on("d1", "ipvsadm", "-Lnc");
  const lines = [...output.matchAll(/^\w+ +(\d+):(\d+) +\w+ +([\d.]+):0 +([\d.]+):\d+ /gm)];
  return lines
    .filter(([, , , , address]) => address === vip)
    .map(([, minutes, seconds, client]) => ({
      client: client!,
      seconds: Number(minutes) * 60 + Number(seconds),
    }));
}
