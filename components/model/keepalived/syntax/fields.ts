// Text that is written to keepalived's configuration or next to it. keepalived's parser (lib/parser.c) reads line by line: `#` and `!`
// begin a comment; double quotes keep a word together; a bracket opens or closes a block, wherever it is; `$` names a definition; `@`, `~`
// and `include` are instructions at the beginning of a line; and a line is cut after 1022 bytes. Each field here accepts only text that
// cannot end its field, in any release.
import { later, type Shape, show, text, value } from "../../shape";

const largestScript = 64 * 1024;

/** Leaves space for the indentation, and for the words before the text. */
export const longestLine = 900;

/** Names of instances, groups and trackers: one word in the configuration, and part of scripts' file names. */
export const configName = (what: string): Shape =>
  text(
    what,
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/,
    "at most 32 letters, digits, dots, dashes and underscores",
  );

/** Text between double quotes: no quotes, no backslash, no brackets, no definition. */
export const quotable = (what: string, most: number): Shape =>
  value((given) => {
    if (typeof given !== "string" || given === "") return `is not ${what}: give text`;
    if (Buffer.byteLength(given) > most) return `is longer than ${most} bytes`;
    const odd = /[^\P{Cc}]|["\\{}$]|\p{Surrogate}/u.exec(given)?.[0];
    return odd === undefined
      ? undefined
      : `is not ${what}: keepalived's configuration cannot hold ${show(odd)} there`;
  });

/** A path of a request, as RFC 3986 writes it. */
export const urlPath: Shape = text(
  "a path such as /healthz",
  /^\/[A-Za-z0-9._~%!&'()*+,;=:@/?-]{0,499}$/,
  "it begins with a slash and holds what RFC 3986 allows, at most 500 characters, a $ written as %24",
);

export const domainName = (what: string): Shape =>
  text(
    what,
    /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/,
    "letters, digits, dashes and underscores between dots",
  );

/** A file's absolute path, without characters that have a meaning for a shell or keepalived. */
export const filePath: Shape = text(
  "a file's path",
  /^(?!.*\/\.{1,2}(\/|$))(?=.{1,500}$)(\/[A-Za-z0-9_.@%+,:=-]+)+$/,
  "an absolute one of letters, digits and the signs _ . @ % + , : = -, at most 500 characters",
);

export const hexDigits = (what: string, digits: string, bytes: number): Shape =>
  text(what, new RegExp(`^([${digits}]{2}){1,${bytes}}$`), `give 1 to ${bytes} bytes as hexadecimal digits`);

/** A script's text. It is sent as lines of a document, like a page. */
export const script: Shape = value((given) => {
  if (typeof given !== "string" || given.trim() === "") return "is not a script: give its text";
  if (Buffer.byteLength(given) > largestScript) return `is longer than ${largestScript} bytes`;
  return /[^\P{Cc}\t\n]|\p{Surrogate}/u.test(given)
    ? "holds a control character: a script may hold text, tabs and line feeds only"
    : undefined;
});

/** A number of seconds in steps of `step`: a finer number is a mistake, not intended. */
export const seconds = (least: number, most: number, step: 1 | 0.01 | 0.001): Shape =>
  value((given) => {
    const fits = typeof given === "number" && given >= least && given <= most && isMultiple(given, step);
    const form = step === 1 ? "a whole number" : `a multiple of ${step}`;
    return fits ? undefined : `is not a time in seconds: give ${form} from ${least} to ${most}`;
  });

function isMultiple(given: number, step: number): boolean {
  return Math.abs(given / step - Math.round(given / step)) < 1e-6;
}

/** A time without rounding errors of binary fractions: 0.3, not 0.30000000000000004. */
export function plainSeconds(given: number): number {
  return Number(given.toFixed(3));
}

/** A password of VRRP 2. Its value is never shown. */
export const password: Shape = (given, path) => {
  if (given === later) return [];
  const reason = passwordFault(given);
  return reason === undefined ? [] : [{ path, reason: `${reason} (the value is not shown)` }];
};

function passwordFault(given: unknown): string | undefined {
  if (typeof given !== "string" || given === "") return "is not a password: give text of 1 to 8 characters";
  if (given.length > 8) {
    return `is ${given.length} characters long, and keepalived uses only the first 8 of them: give 8 at most`;
  }
  return /^[ -~]+$/.test(given) && !/["\\{}]|\$_/.test(given)
    ? undefined
    : "holds what keepalived's configuration cannot: give ASCII letters, digits and signs, but no blank-like control characters, double quotes, backslashes, brackets { } and no $_";
}
