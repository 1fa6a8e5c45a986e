// The form of keepalived's configuration: one option a line, a bracket that opens a block at its line's end, one that
// closes a block alone. Older parsers misread a block that stands on one line.
import type { ConfigLine } from "../document";

const step = "    ";

export function line(text: string, releases?: string): ConfigLine {
  return releases === undefined ? { text } : { text, releases };
}

/** Several options, each on its own line. Undefined ones are left out. */
export function lines(...texts: (string | undefined)[]): ConfigLine[] {
  return texts.flatMap((text) => (text === undefined ? [] : [line(text)]));
}

export function block(head: string, body: ConfigLine[]): ConfigLine[] {
  return [line(`${head} {`), ...body.map((each) => ({ ...each, text: step + each.text })), line("}")];
}

/** The same lines for some releases only. */
export function forReleases(releases: string, body: ConfigLine[]): ConfigLine[] {
  return body.map((each) =>
    line(each.text, each.releases === undefined ? releases : `${releases},${each.releases}`),
  );
}

/** A user's own lines. Their brackets and quotes have been checked. For keepalived, only ASCII blanks are blanks. */
export function verbatim(text: string | undefined): ConfigLine[] {
  const own = (text ?? "").split("\n").map((each) => each.replace(/[ \t]+$/, ""));
  return lines(...own.filter((each) => each !== ""));
}
