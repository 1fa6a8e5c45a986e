import { on, shell } from "./stack";

/** Connections by service and real server since the rule is there: one that is taken away and put back starts at 0. */
export async function counters(): Promise<Record<string, number>> {
  const output = await on("d1", "ipvsadm", "-Ln", "--stats", "--exact");
  const rows = [...output.matchAll(/^(?:TCP|UDP|\s*->)\s+([\d.:]+)\s+(\d+)/gm)];
  return Object.fromEntries(rows.map(([, address = "", count]) => [address, Number(count)]));
}

/** The lines that the director's ipvsadm is fed with while the work is done. */
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
