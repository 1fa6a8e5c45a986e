// The demo's display: colours and movement on a terminal, plain lines in a pipe.

const live = process.stdout.isTTY === true && process.env.TERM !== "dumb";
const wipe = "\r\x1b[K";
const coloured = live && !process.env.NO_COLOR;

const codes = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33", cyan: "36" } as const;

export function paint(colour: keyof typeof codes, text: string): string {
  return coloured ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
}

/** Whether a line is drawn again and again at present. It is erased before anything else is written. */
let moving = false;
let silent = false;

/** For the end: operations still under way must not print any more. */
export function silence(): void {
  silent = true;
}

function write(text: string): void {
  if (!silent) process.stdout.write(text);
}

export function say(text = ""): void {
  write(`${moving ? wipe : ""}${text === "" ? "" : `  ${text}`}\n`);
}

export function heading(text: string): void {
  write(`\n${paint("cyan", `── ${text} ${"─".repeat(Math.max(3, 72 - text.length))}`)}\n\n`);
}

/** Shows a command as if it had been typed at the prompt of a host, or of this machine. */
export function typed(command: string, host = ""): void {
  say(`${paint("dim", `${host}${host === "" ? "$" : "#"}`)} ${paint("bold", command)}`);
}

/** Shows the result of a step. */
export function shown(text: string): void {
  say(`${paint("green", "✓")} ${text}`);
}

/** Shows the present operation while it runs, and how long it has been running. */
export async function during<T>(text: string, work: () => Promise<T>): Promise<T> {
  if (!live) {
    say(`… ${text}`);
    return work();
  }
  const start = Date.now();
  const draw = () => {
    const seconds = Math.round((Date.now() - start) / 1000);
    write(`${wipe}  ${paint("yellow", "…")} ${text} ${paint("dim", `${seconds} s`)}`);
  };
  const clock = setInterval(draw, 200);
  moving = true;
  try {
    return await work();
  } finally {
    clearInterval(clock);
    moving = false;
    write(wipe);
  }
}
