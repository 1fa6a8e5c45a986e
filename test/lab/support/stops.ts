// Moments of a change that a test can wait for: a program that the host's program runs must wait if its arguments match.
import { shell, theLab } from "./stack";

/** A moment: a host's program is about to run this, or has just run it. */
export interface Moment {
  program: string;
  /** A pattern for its arguments, an extended regular expression without blanks. Default: any arguments. */
  matching?: string;
  /** How many times it has matched before. Default: 0. */
  earlier?: number;
  /** The moment is after the program has run, not before. */
  after?: boolean;
}

const wrapper = `#!/bin/bash
read -r pattern earlier after </run/stop/moment
stop() {
  echo >/run/stop/reached
  read -r <>/run/stop/gate
}
if [[ "$*" =~ $pattern && ! -e /run/stop/reached ]]; then
  echo >>/run/stop/fitted
  [[ $(wc -l </run/stop/fitted) -le $earlier ]] || now=yes
fi
[[ \${now-} != yes || $after == yes ]] || stop
[[ \${now-} == yes && $after == yes ]] || exec -a "$0" /run/stop/real "$@"
(exec -a "$0" /run/stop/real "$@")
status=$?
stop
exit $status
`;

/** Makes a host wait when it comes to this moment the next time. */
export async function stopAt(host: string, moment: Moment): Promise<void> {
  const { program, matching = ".*", earlier = 0, after = false } = moment;
  await shell(
    host,
    `set -e
    [[ ! -e /run/stop/place ]] || umount -l "$(</run/stop/place)"
    rm -rf /run/stop; mkdir /run/stop; mkfifo /run/stop/gate
    echo '${matching} ${earlier} ${after ? "yes" : "no"}' >/run/stop/moment
    cat >/run/stop/wrapper <<'END'
${wrapper}END
    chmod +x /run/stop/wrapper
    place=$(readlink -f "$(type -P ${program})"); echo "$place" >/run/stop/place
    cp "$place" /run/stop/real
    mount --bind /run/stop/wrapper "$place"`,
  );
}

/** Waits until the host is at that moment. */
export async function reached(host: string): Promise<void> {
  const line = "until [[ -e /run/stop/reached ]]; do sleep 0.1; done";
  const { code, stderr } = await theLab().exec(host, ["bash", "-c", line], { timeout: 300_000 });
  if (code !== 0) throw new Error(`${host} does not come to where it is to stop: ${stderr}`);
}

/** Lets the host continue, and removes the stop. (After a power cut there is none.) */
export async function letGo(host: string): Promise<void> {
  await shell(
    host,
    `[[ -e /run/stop/place ]] || exit 0
    umount -l "$(</run/stop/place)"; rm /run/stop/place
    exec 8<>/run/stop/gate; echo >&8`,
  );
}

/** Kills the host's program and all that it has started, as a kernel without memory does. */
export async function killProgram(host: string): Promise<void> {
  // timeout(1) leads a process group of its own.
  await shell(host, "kill -9 -- -$(pgrep -o -f '^timeout .*/var/lib/pulumi-lvs/[p]rogram')");
}
