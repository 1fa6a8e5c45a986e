import { shell } from "./stack";

/** What each action on a host would change: files with their inodes and times, and systemd's records. */
export interface Traces {
  /** By path: inode, size, mode, owner, times of its content and of its inode. */
  files: Record<string, string>;
  /** When systemd last read its units (each daemon-reload does), and what has become of the units named. */
  systemd: string;
}

const places = "/etc /var/lib/pulumi-lvs /usr/share/nginx";

export async function traces(host: string, ...units: string[]): Promise<Traces> {
  const output = await shell(
    host,
    `find ${places} -printf '%p\\t%i %s %m %U:%G %T@ %C@\\n' 2>/dev/null
    printf -- '--\\n'
    systemctl show -p UnitsLoadTimestampMonotonic
    for unit in ${units.join(" ")}; do
      systemctl show -p Id,MainPID,NRestarts,InvocationID,StateChangeTimestampMonotonic $unit
      # Workers are new ones after a reload.
      systemctl status $unit | grep -o '[0-9]* "\\?nginx.*' || :
    done`,
  );
  const [listing = "", systemd = ""] = output.split("--\n");
  return {
    files: Object.fromEntries(
      listing
        .trim()
        .split("\n")
        .map((line) => line.split("\t") as [string, string]),
    ),
    systemd,
  };
}

/** Paths that are new, gone or not what they were; folders, whose times follow their content's, left out. */
export function touched(before: Traces, after: Traces): string[] {
  const paths = new Set([...Object.keys(before.files), ...Object.keys(after.files)]);
  const isFolder = (path: string) => [...paths].some((other) => other.startsWith(`${path}/`));
  return [...paths].filter((path) => before.files[path] !== after.files[path] && !isFolder(path)).sort();
}
