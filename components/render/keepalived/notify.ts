// Scripts that a director runs when its state in VRRP changes.
import type { Notify } from "../../model/keepalived/vrrp/complete";
import type { ConfigLine } from "../document";
import { call, given, type Script } from "./scripts";
import { lines } from "./lines";

/** keepalived's own words for the owner of the state. */
type Whose = "INSTANCE" | "GROUP";

function scriptName(whose: Whose, name: string, when: string): string {
  return `${whose.toLowerCase()}=${name}=${when}`;
}

/** `notify` gets these arguments from keepalived itself. */
export function notifyLines(stem: string, whose: Whose, name: string, notify: Notify = {}): ConfigLine[] {
  const run = (when: keyof Notify, text: string | undefined) =>
    text && `notify_${when} ${call(stem, scriptName(whose, name, when), whose, name, when.toUpperCase())}`;
  return lines(
    run("master", notify.master),
    run("backup", notify.backup),
    run("fault", notify.fault),
    run("stop", notify.stop),
    notify.any && `notify ${call(stem, scriptName(whose, name, "any"))}`,
  );
}

export function notifyScripts(whose: Whose, name: string, notify: Notify = {}): Script[] {
  const times: (keyof Notify)[] = ["master", "backup", "fault", "stop", "any"];
  return given(...times.map((when) => ({ name: scriptName(whose, name, when), text: notify[when] })));
}
