// Scripts that keepalived runs: their paths and arguments. They run as root, and are in a folder that only root can write to, or keepalived
// would refuse to run them. SELinux allows keepalived to run files in that folder.
import { createHash } from "node:crypto";

const folder = "/usr/libexec/keepalived";
/** File systems allow 255 bytes; a program that writes the file needs some of them for a temporary name. */
const longestName = 230;

export interface Script {
  name: string;
  text: string;
}

/**
 * The beginning of the names of a pair's own files. For a VirtualService it is the service. No file is named after a component, stack or
 * project, so that another name does not change keepalived's configuration.
 */
export const pairStem = "pair";

export function scriptPath(stem: string, name: string): string {
  const prefix = `pulumi-lvs=${stem}=`;
  const rest = name.length <= longestName - prefix.length ? name : digest(name);
  return `${folder}/${prefix}${rest}`;
}

/** A call of a script, as one word of the configuration. No argument has a blank or a quote in it. */
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
