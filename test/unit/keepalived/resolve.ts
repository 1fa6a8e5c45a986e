// How a host reads a document's configuration: the lines for its release, with the placeholders filled in.
import type { ConfigLine, HostDocument } from "../../../components/render/document";

type Release = [number, number, number];

function parse(text: string): Release {
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  return [major, minor, patch];
}

function compare(left: Release, right: Release): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** Whether a release is in a range such as `>=2.0.16,<2.1.0`. */
export function holds(release: string, range: string): boolean {
  return range.split(",").every((each) => {
    const [, sign, bound] = /^(>=|<)(\d+\.\d+\.\d+)$/.exec(each) ?? [];
    if (sign === undefined || bound === undefined) throw new Error(`not a range: ${range}`);
    const order = compare(parse(release), parse(bound));
    return sign === "<" ? order < 0 : order >= 0;
  });
}

export function resolveFile(document: HostDocument, file: RegExp, release: string): string {
  const found = document.keepalived?.find(({ path }) => file.test(path));
  if (found === undefined) throw new Error(`no file ${String(file)}`);
  return resolveLines(found.lines, release);
}

export function resolveLines(
  all: ConfigLine[],
  release: string,
  secret: (name: string) => string = () => "secret",
): string {
  const lines = all.filter(({ releases }) => releases === undefined || holds(release, releases));
  return `${lines.map(({ text }) => text).join("\n")}\n`
    .replaceAll(/@\{interface:to:[0-9a-f.:]+\}/g, "eth1")
    .replaceAll(/@\{interface:[0-9a-f.:]+\}/g, "eth0")
    .replaceAll(/@\{secret:([A-Za-z0-9_.-]+)\}/g, (_, name: string) => secret(name));
}

export const main = /\/keepalived\.conf$/;
export const fragment = /\/conf\.d\//;

/** The releases that the EL family, and Debian 11 to 13, came with. */
export const releases = ["1.3.5", "2.0.10", "2.1.5", "2.2.8", "2.3.3"];
