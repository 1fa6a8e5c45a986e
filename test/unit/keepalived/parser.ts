// Reads a configuration as keepalived does, written after its lib/parser.c (1.3.5 for dialect 1.3; 2.0.10 to 2.3.3 for dialect 2), without
// knowledge of how this package writes one. Its result must be equal to the input of the package. If releases differ within a dialect, or
// parts of keepalived differ, nobody should write the text: it throws. It was compared with the C code of 1.3.5, 2.0.10, 2.1.5, 2.2.8 and
// 2.3.3 on random texts: if it does not throw, they agree.

export interface Option {
  words: string[];
  /** Absent: not a block. */
  body?: Option[];
}

type Dialect = "1.3" | "2";
interface Word {
  text: string;
  quoted: boolean;
}

/** fgets fills a buffer of 1024 bytes with a zero at its end; the rest of a longer line is read as another line. */
const buffer = 1023;
/** The characters that isspace and WHITE_SPACE treat as blank: all of them are ASCII. */
const blank = " \t\n\v\f\r";
const blanks = new RegExp(`^[${blank}]+`);
const wordOf2 = new RegExp(`^[^${blank}"]+`);
const wordOf13 = new RegExp(`^[^${blank}"!#]+`);

export function parse(text: string, dialect: Dialect = "2"): Option[] {
  const lines = cut(Buffer.from(text)).map((line) => line.replace(/[\r\n]+$/, ""));
  const rows = dialect === "2" ? lines.flatMap(readLine) : lines.flatMap(readLine13);
  const root: Option[] = [];
  const open: Option[][] = [root];
  let head: Option | undefined;
  for (const words of rows) {
    const here = open.at(-1) as Option[];
    const brackets = words.filter(({ text: word }) => word === "{" || word === "}");
    // Quotes are removed before a word is compared with a bracket; and code that skips a block counts the brackets in it, wherever they
    // are.
    if (brackets.some(({ quoted }) => quoted)) throw new Error(`a bracket in quotes: ${show(words)}`);
    if (brackets.length > 0 && words.length > 1) throw new Error(`a bracket out of place: ${show(words)}`);
    if (words[0]?.text === "}" && brackets.length > 0) {
      if (open.length === 1) throw new Error("an extra }");
      open.pop();
      head = undefined;
    } else if (brackets.length > 0) {
      if (head === undefined) throw new Error("a block without a name");
      head.body = [];
      open.push(head.body);
      head = undefined;
    } else {
      head = { words: words.map(({ text: word }) => word) };
      here.push(head);
    }
  }
  if (open.length > 1) throw new Error("a block without its }");
  return root;
}

function show(words: Word[]): string {
  return words.map(({ text }) => text).join(" ");
}

function cut(text: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at);
    const next = Math.min(end < 0 ? text.length : end + 1, at + buffer);
    lines.push(text.subarray(at, next).toString());
    at = next;
  }
  return lines;
}

/** read_line: rows of words, of which a bracket outside of quotes is always one by itself. */
function readLine(raw: string): Word[][] {
  const line = decomment(raw);
  const rows: Word[][] = [];
  for (let rest = line; rest !== "";) {
    obey(rest);
    const found = bracket(rest);
    const [first, residue] =
      found < 0 ? [rest, ""] : found === 0 ? [rest.slice(0, 1), rest.slice(1)] : split(rest, found);
    rows.push(tokens(first));
    rest = residue.replace(/^[ \t]+/, "");
  }
  return rows.filter((words) => words.length > 0);
}

function split(line: string, at: number): [string, string] {
  return [line.slice(0, at), line.slice(at)];
}

/** The position of the first bracket that is not between double quotes. */
function bracket(line: string): number {
  if (line.startsWith("{") || line.startsWith("}")) return 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "{" || line[at] === "}") return at;
    if (line[at] !== '"') continue;
    const close = line.indexOf('"', at + 1);
    // An unpaired quote ends the search, brackets after it or not.
    if (close < 0) return -1;
    at = close;
  }
  return -1;
}

/** A backslash takes its next character out of the search for quotes and comments, inside quotes and comments as well. */
function decomment(raw: string): string {
  let line = raw.replace(/^[ \t]+/, "");
  let quoted = false;
  let comment = -1;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === '"' && comment < 0) quoted = !quoted;
    else if (char === "\\") {
      // It is added again at the end of the rest, even if the rest ends in a comment.
      if (at === line.length - 1) throw new Error(`a backslash at the end of a line: ${raw}`);
      if (!quoted && /[#!]/.test(line[at + 1] ?? "")) line = line.slice(0, at) + line.slice(at + 1);
      else at += 1;
    } else if (!quoted && comment < 0 && (char === "#" || char === "!")) comment = at;
  }
  if (quoted) throw new Error(`an unterminated quote: ${raw}`);
  if (comment >= 0) line = line.slice(0, comment);
  line = line.replace(/[ \t]+$/, "");
  // (A backslash that had blanks after it.)
  if (line.endsWith("\\")) throw new Error(`a backslash at the end of a line: ${raw}`);
  return line;
}

/** Lines that are instructions to the parser itself. 1.3 has fewer of them. */
function obey(line: string): void {
  if (/^[@~]/.test(line) || /^\$[A-Za-z_]\w*[ \t]*=/.test(line)) throw new Error(`an order: ${line}`);
  if (/^include[rmwba]?[ \t\n\v\f\r]/.test(line)) throw new Error(`an include: ${line}`);
  const words = tokens(line).map(({ text }) => text);
  // Up to 2.0 the words were compared without their quotes.
  if (words[0] === "include" && words.length === 2) throw new Error(`an include: ${line}`);
  if (words[0]?.startsWith("~SEQ") === true) throw new Error(`an order: ${line}`);
  // These are replaced everywhere, also between quotes; for which names depends on the release. Some stand for # and !, and are then
  // comments.
  if (/\$\{?_(PWD|INSTANCE|RANDOM|HASH|BANG)/.test(line)) throw new Error(`a definition is put in: ${line}`);
}

/** alloc_strvec_r. */
function tokens(line: string): Word[] {
  return read(line, wordOf2, "");
}

/** alloc_strvec of 1.3: comments are found between words and inside them, brackets only as words. */
function readLine13(raw: string): Word[][] {
  const words = read(raw, wordOf13, "!#");
  if (/^[ \t]*[@~$]/.test(raw)) throw new Error(`an order: ${raw}`);
  if (words[0]?.text === "include" && words.length === 2) throw new Error(`an include: ${raw}`);
  // A bracket at the end of a line opens a block.
  const last = words.at(-1);
  const rows = last?.text === "{" && !last.quoted ? [words.slice(0, -1), [last]] : [words];
  return rows.filter((row) => row.length > 0);
}

function read(line: string, word: RegExp, comment: string): Word[] {
  const words: Word[] = [];
  let rest = line.replace(blanks, "");
  while (rest !== "" && !comment.includes(rest.charAt(0))) {
    if (rest.startsWith('"')) {
      const close = rest.indexOf('"', 1);
      if (close < 0) throw new Error(`an unmatched quote: ${line}`);
      words.push({ text: rest.slice(1, close), quoted: true });
      rest = rest.slice(close + 1);
    } else {
      const [text = ""] = word.exec(rest) ?? [];
      words.push({ text, quoted: false });
      rest = rest.slice(text.length);
    }
    rest = rest.replace(blanks, "");
  }
  return words;
}

/** The options of a block, found by its first words. */
export function find(options: Option[], ...words: string[]): Option {
  const found = options.find((option) => words.every((word, index) => option.words[index] === word));
  if (found === undefined) throw new Error(`no ${words.join(" ")}`);
  return found;
}

/** The keywords alone, in their order and depth: the structure of a configuration, without the values. */
export function skeleton(options: Option[]): unknown[] {
  return options.map(({ words, body }) => (body === undefined ? words[0] : [words[0], skeleton(body)]));
}
