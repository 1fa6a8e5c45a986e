// A user's text is also sent through the document: the host's own awk must find the intended lines there, for its release, and no lines
// that the text made.
import fc from "fast-check";
import { expect, test } from "vitest";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { renderDocument } from "../../../components/render/document";
import { runAwk } from "../host/awk";
import { carrier, inNoDocument, sampleOf } from "./carriers";
import { argumentsOf } from "./paths";
import { documentOf } from "./reading";
import { releases, resolveLines } from "./resolve";
import { owner } from "./samples";
import { written } from "./written";

const texts = argumentsOf("KeepalivedPair").flatMap(({ path, type }) =>
  type === "string" && !inNoDocument.test(path) ? [path] : [],
);
const addresses = [
  "1: lo    inet 127.0.0.1/8 scope host lo",
  "2: eth0    inet 198.18.0.11/24 scope global eth0",
  "2: eth0    inet 198.18.0.231/24 scope global secondary eth0",
  "2: eth0    inet6 fd18::11/64 scope global",
  "2: eth0    inet6 fd18::231/64 scope global",
];

interface Facts {
  /** By path. */
  contents: Record<string, string>;
  /** The others, as "section fact". */
  others: string[];
}

function onHost(text: string, release: string): Facts {
  const facts: Facts = { contents: {}, others: [] };
  const inputs = [`keepalived=${release}`, "tag=A", { text: `${addresses.join("\n")}\n` }, "tag=D", { text }];
  for (const line of runAwk("DOCUMENT_AWK", inputs)) {
    const [, path, word] =
      /^(?:files|keepalived)\t(\S+) mode=0\d+ owner=root group=root content=([^]*)$/.exec(line) ?? [];
    if (path === undefined || word === undefined) facts.others.push(line);
    else
      facts.contents[path] = word.replaceAll(
        /\\(.)/g,
        (_, sign: string) => ({ n: "\n", t: "\t" })[sign] ?? sign,
      );
  }
  return facts;
}

function expectMeant(path: string, text: string, release: string) {
  const document = documentOf(carrier(path, text));
  const { contents, others } = onHost(renderDocument(owner, document), release);
  const secret = (name: string) => `@{secret:${name}}`;
  const meant = [
    ...(document.files ?? []).map((file) => [file.path, file.content.replace(/\n?$/, "\n")]),
    ...(document.keepalived ?? []).map((file) => [file.path, resolveLines(file.lines, release, secret)]),
  ];
  expect(contents).toEqual(Object.fromEntries(meant));
  expect(sectionsOf(others)).toEqual(harmlessSections(path, release));
}

/** The sections of the facts in their order. The only possible error is that this release lacks a feature. */
function sectionsOf(facts: string[]): string[] {
  const lacking = /^!\tkeepalived \S+ of this host cannot do what is asked for: /;
  return facts.filter((fact) => !lacking.test(fact)).map((fact) => fact.split("\t")[0] ?? "");
}

const known = new Map<string, string[]>();

function harmlessSections(path: string, release: string): string[] {
  const key = `${path} ${release}`;
  const text = () => renderDocument(owner, documentOf(carrier(path, sampleOf(path).harmless)));
  const sections = known.get(key) ?? sectionsOf(onHost(text(), release).others);
  known.set(key, sections);
  return sections;
}

test("what is odd and right", () => {
  for (const path of texts) for (const each of sampleOf(path).odd ?? []) expectMeant(path, each, "2.1.5");
});

test("whatever passes the checks", () => {
  let passed = 0;
  const path = fc.constantFrom(...texts);
  fc.assert(
    fc.property(
      path.chain((each) => fc.tuple(fc.constant(each), written(each))),
      fc.constantFrom(...releases),
      ([at, text], release) => {
        if (pairArguments(carrier(at, text), "").length > 0) return;
        passed += 1;
        expectMeant(at, text, release);
      },
    ),
    { numRuns: 160 },
  );
  expect(passed).toBeGreaterThan(15);
});
