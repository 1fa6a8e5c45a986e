import { WebServerKind } from "../args/enums";
import type { Known } from "../args/known";
import type { WebServerArgs } from "../args/webServer";
import { onePort } from "./ports";
import { list, oneOf, optional, record, type Shape, value } from "./shape";

export type GivenWebServer = Known<WebServerArgs>;

const largestPage = 1024 * 1024;

/** A page is sent as lines of a document: it must be text, without other bytes. */
const page = value((given) => {
  if (typeof given !== "string") return "is not text";
  if (given.length > largestPage) return `is longer than ${largestPage} characters`;
  // One half of a surrogate pair is no character, and would arrive changed.
  return /[^\P{Cc}\t\n]|\p{Surrogate}/u.test(given)
    ? "holds a control character: a page may hold text, tabs and line feeds only"
    : undefined;
});

const members: Record<keyof WebServerArgs, Shape> = {
  kind: oneOf("a web server", Object.values(WebServerKind)),
  content: optional(page),
  ports: optional(list(onePort, 0, "ports", 100)),
};

export const webServer: Shape = record('a web server such as { kind: "nginx" }', members);
