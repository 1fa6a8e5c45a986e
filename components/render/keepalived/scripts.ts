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

/** Part of the files' names of one owner. */
export function slug(owner: string): string {
  return owner.replaceAll("/", "=");
}

export function scriptPath(owner: string, name: string): string {
  const prefix = `pulumi-lvs=${slug(owner)}=`;
  const rest = name.length <= longestName - prefix.length ? name : digest(name);
  return `${folder}/${prefix}${rest}`;
}

/** A call of a script, as one word of the configuration. No argument holds a blank or a quote. */
export function call(owner: string, name: string, ...words: (string | number)[]): string {
  return `"${[scriptPath(owner, name), ...words].join(" ")}"`;
}

export function scriptFile(
  owner: string,
  { name, text }: Script,
): { path: string; mode: string; content: string } {
  const content = text.startsWith("#!") ? text : `#!/bin/sh\n${text}`;
  return { path: scriptPath(owner, name), mode: "0755", content };
}

/** Short and as good as unique. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The scripts among them that are given. */
export function given(...scripts: { name: string; text: string | undefined }[]): Script[] {
  return scripts.flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }]));
}
