// Reads a configuration as keepalived does, written after its lib/parser.c and knowing nothing of how this package
// writes one. What comes out must be what went in.

export interface Option {
  words: string[];
  /** Absent: not a block. */
  body?: Option[];
}

/** Its buffer is 1024 bytes; a longer line is read as two. */
const buffer = 1023;

export function parse(text: string, dialect: "1.3" | "2" = "2"): Option[] {
  const lines = text.split("\n").flatMap(cut);
  const read = dialect === "2" ? lines.flatMap(readLine) : lines.map(orders).map(words13);
  const rows = read.filter((words) => words.length > 0);
  const root: Option[] = [];
  const open: Option[][] = [root];
  for (const words of rows) {
    const here = open.at(-1) as Option[];
    if (words[0] === "}") {
      if (open.length === 1) throw new Error("an extra }");
      open.pop();
      if (words.length > 1) throw new Error(`after a }: ${words.join(" ")}`);
    } else if (words.at(-1) === "{") {
      const body: Option[] = [];
      here.push({ words: words.slice(0, -1), body });
      open.push(body);
    } else {
      here.push({ words });
    }
  }
  if (open.length > 1) throw new Error("a block without its }");
  return root;
}

function cut(line: string): string[] {
  const bytes = Buffer.from(`${line}\n`);
  if (bytes.length <= buffer) return [line];
  return [bytes.subarray(0, buffer).toString("latin1"), ...cut(bytes.subarray(buffer).toString("latin1"))];
}

/** read_line and decomment. The rest of a line after a bracket is a line by itself. */
function readLine(raw: string): string[][] {
  const line = orders(decomment(raw));
  const found = bracket(line);
  if (found < 0) return [tokens(line)];
  const skip = found === 0 ? 1 + (/^[ \t]*/.exec(line.slice(1))?.[0].length ?? 0) : 0;
  const [head, rest] =
    found === 0 ? [line.slice(0, 1), line.slice(skip)] : [line.slice(0, found), line.slice(found)];
  if (rest.trim() === "") return [tokens(head)];
  // A bracket that opens a block may stand on a line of its own: it is put back where it belongs.
  const following = readLine(rest);
  return following[0]?.[0] === "{" && found > 0
    ? [
        [...tokens(head), "{"],
        ...following.slice(1),
        ...(following[0].length > 1 ? [following[0].slice(1)] : []),
      ]
    : [tokens(head), ...following];
}

/** Where the first bracket stands that is not between double quotes. */
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

function decomment(raw: string): string {
  let line = raw.replace(/^[ \t]+/, "").replace(/\r+$/, "");
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (char === '"') quoted = !quoted;
    else if (char === "\\") {
      if (at === line.length - 1) throw new Error(`a line that goes on: ${raw}`);
      if (!quoted && /[#!]/.test(line[at + 1] ?? "")) line = line.slice(0, at) + line.slice(at + 1);
      else at += 1;
    } else if (!quoted && (char === "#" || char === "!")) {
      line = line.slice(0, at);
    }
  }
  if (quoted) throw new Error(`an unterminated quote: ${raw}`);
  return line.replace(/[ \t]+$/, "");
}

/** What a line may order the parser itself to do. */
function orders(line: string): string {
  const start = line.trimStart();
  if (/^[@~]/.test(start) || /^\$[A-Za-z_]\w*[ \t]*=/.test(start)) throw new Error(`an order: ${line}`);
  if (/^include[rmwba]?\s/.test(start)) throw new Error(`an include: ${line}`);
  if (/\$(\{_|_)/.test(start)) throw new Error(`a definition is put in: ${line}`);
  return line;
}

/** alloc_strvec_r. */
function tokens(line: string): string[] {
  const words: string[] = [];
  let rest = line.trimStart();
  while (rest !== "") {
    if (rest.startsWith('"')) {
      const close = rest.indexOf('"', 1);
      if (close < 0) throw new Error(`an unmatched quote: ${line}`);
      words.push(rest.slice(1, close));
      rest = rest.slice(close + 1).trimStart();
    } else {
      const [word = ""] = /^[^ \t\f\n\r\v"]+/.exec(rest) ?? [];
      words.push(word);
      rest = rest.slice(word.length).replace(/^[ \t\f\n\r\v]+/, "");
    }
  }
  return words;
}

/** alloc_strvec of 1.3: comments are found between words and inside them, brackets only as words. */
function words13(line: string): string[] {
  const words: string[] = [];
  let rest = line.trimStart();
  while (rest !== "" && !/^[!#]/.test(rest)) {
    if (rest.startsWith('"')) {
      const close = rest.indexOf('"', 1);
      if (close < 0) throw new Error(`an unmatched quote: ${line}`);
      words.push(rest.slice(1, close));
      rest = rest.slice(close + 1).trimStart();
    } else {
      const [word = ""] = /^[^ \t\f\n\r\v"!#]+/.exec(rest) ?? [];
      words.push(word);
      rest = rest.slice(word.length).trimStart();
    }
  }
  return words;
}

/** The options of a block, found by its first words. */
export function find(options: Option[], ...words: string[]): Option {
  const found = options.find((option) => words.every((word, index) => option.words[index] === word));
  if (found === undefined) throw new Error(`no ${words.join(" ")}`);
  return found;
}

/** The keywords alone, in their order and depth: what a configuration says, whatever the values. */
export function skeleton(options: Option[]): unknown[] {
  return options.map(({ words, body }) => (body === undefined ? words[0] : [words[0], skeleton(body)]));
}
