// Lines of keepalived's own syntax, in a block of ours or between blocks. keepalived only knows lines and brackets: a text that closed its
// block, or left one open, would change the meaning of everything after it. So each line is read here as all releases from 1.3 to 2.3 read
// it, and refused if they differ.
import { later, type Problem, type Shape, show } from "../../shape";
import { longestLine } from "./fields";

/** For keepalived, only ASCII blanks are blanks. Control characters are refused. */
const blank = "[ \\t]";
const word = /"[^"]*"|[^ \t"]+/g;

/**
 * Words that begin a block, wherever they are (install_keyword_root, install_sublevel, alloc_value_block of 1.3.5 to 2.3.3). Without its
 * bracket, such a word would take the following lines as its own, with our closing bracket among them. (`track_file` is not in the list: it
 * begins a block in some places, and not in others.)
 */
const blockWords = new Set(
  [
    "global_defs static_ipaddress static_routes static_rules track_group vrrp_sync_group vrrp_instance vrrp_script",
    "vrrp_track_process vrrp_track_file garp_group bfd_instance virtual_server_group virtual_server SSL",
    "interface_up_down_delays linkbeat_interfaces notification_email group interfaces unicast_peer authentication",
    "virtual_ipaddress virtual_ipaddress_excluded virtual_routes virtual_rules track_interface track_script",
    "track_process track_bfd real_server TCP_CHECK HTTP_GET SSL_GET DNS_CHECK SMTP_CHECK MISC_CHECK PING_CHECK",
    "UDP_CHECK FILE_CHECK BFD_CHECK url host",
  ].flatMap((line) => line.split(" ")),
);

export const verbatim: Shape = (given, path) => {
  if (given === later) return [];
  if (typeof given !== "string") return [{ path, reason: `${show(given)} is not text` }];
  const problems: Problem[] = [];
  const open: { line: string; number: number }[] = [];
  const say = (number: number, line: string, reason: string) =>
    void problems.push({ path: `${path}, line ${number}`, reason: `${show(line)} ${reason}` });
  for (const [index, line] of given.split("\n").entries()) {
    const number = index + 1;
    const words = wordsOf(line);
    const reason = fault(line, words);
    if (reason !== undefined) say(number, line, reason);
    if (words.at(-1) === "{") open.push({ line, number });
    if (words[0] === "}" && open.pop() === undefined)
      say(number, line, "closes a block that it did not open");
  }
  for (const { line, number } of open)
    say(number, line, "opens a block that nothing closes: give its } as well");
  return problems;
};

function wordsOf(line: string): string[] {
  return withoutComment(line).match(word) ?? [];
}

function fault(line: string, words: string[]): string | undefined {
  const bare = withoutComment(line);
  // keepalived removes quotes before it compares a word; except for its instructions, and in some releases for some of these words.
  const first = words[0]?.replaceAll('"', "") ?? "";
  if (/[^\P{Cc}\t]|\p{Surrogate}/u.test(line))
    return "holds a control character: give text, tabs and line feeds only";
  if (Buffer.byteLength(line) > longestLine) return `is longer than ${longestLine} bytes`;
  if (bare.split('"').length % 2 === 0) return "has an odd number of double quotes";
  if (line.includes("@{")) return 'holds "@{", which stands for something else here';
  if (bare.includes("$_"))
    return 'holds "$_", with which definitions of keepalived\'s own begin: write what it stands for ($_HASH and $_BANG would begin a comment)';
  if (
    /\\["'#!]/.test(bare) ||
    new RegExp(`\\\\${blank}*$`).test(bare) ||
    new RegExp(`\\\\${blank}*$`).test(line)
  )
    return "has a backslash before a quote, a # or a !, or at its end";
  if (/^[@$~]/.test(first)) return "begins with @, $ or ~, which are orders to the parser";
  if (/^include[rmwba]?$/.test(first))
    return "includes another file, which nobody would look after: give its text";
  if (/^(vrrp_strict|strict_mode)$/.test(first)) return "makes the director drop its own VIPs' packets";
  if (words.some((each, index) => astray(each, index, words.length)))
    return "has a bracket out of place: one that opens a block ends its line, one that closes it stands alone";
  if (blockWords.has(first) && words.at(-1) !== "{")
    return "begins a block, so it must end with {: else what comes after this text is read as part of it";
  return undefined;
}

function astray(each: string, index: number, count: number): boolean {
  // Parts of keepalived that skip a block also count brackets in quotes.
  if (/^"\s*[{}]\s*"$/.test(each)) return true;
  if (each.startsWith('"') || !/[{}]/.test(each)) return false;
  return each === "{" ? index === 0 || index < count - 1 : each !== "}" || count > 1;
}

/** keepalived ends a line at `#` or `!`, unless it is between double quotes. */
function withoutComment(line: string): string {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted;
    else if (!quoted && (line[at] === "#" || line[at] === "!")) return line.slice(0, at);
  }
  return line;
}
