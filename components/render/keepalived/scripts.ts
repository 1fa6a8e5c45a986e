// Scripts that keepalived runs: where they lie and what they are called with. As root, in a folder that only root can
// write, or keepalived would refuse to run them; SELinux lets it run what lies there.
import { createHash } from "node:crypto";

const folder = "/usr/libexec/keepalived";
/** File systems hold 255 bytes; whoever writes the file wants some for a name that is not final yet. */
const longestName = 230;

export interface Script {
  name: string;
  text: string;
}

/**
 * What the names of a pair's own files begin with. Of a virtual service that is declared alone it is the service: no file is called by the name of a
 * component, stack or project, so that another name is no change of keepalived's configuration.
 */
export const pairStem = "pair";

export function scriptPath(stem: string, name: string): string {
  const prefix = `pulumi-lvs=${stem}=`;
  const rest = name.length <= longestName - prefix.length ? name : digest(name);
  return `${folder}/${prefix}${rest}`;
}

/** A call of a script, as one word of the configuration. No argument holds a blank or a quote. */
export function call(stem: string, name: string, ...words: (string | number)[]): string {
  return `"${[scriptPath(stem, name), ...words].join(" ")}"`;
}

export function scriptFile(
  stem: string,
  { name, text }: Script,
): { path: string; mode: string; content: string } {
  const content = text.startsWith("#!") ? text : `#!/bin/sh\n${text}`;
  return { path: scriptPath(stem, name), mode: "0755", content };
}

/** Short and as good as unique. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The scripts among them that are given. */
export function given(...scripts: { name: string; text: string | undefined }[]): Script[] {
  return scripts.flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }]));
}
