// How hosts read a pair's document: each of keepalived's files, read as each release of keepalived reads it.
import { type Host, placeOf, systemOf } from "../../../components/model/host";
import { completePair, type GivenPair } from "../../../components/model/keepalived/pair/complete";
import { secretsOf } from "../../../components/model/keepalived/pair/secrets";
import type { HostDocument } from "../../../components/render/document";
import { serviceLines } from "../../../components/render/ipvs";
import { pairDocument } from "../../../components/render/keepalived/pair";
import { type Option, parse } from "./parser";
import { releases, resolveLines } from "./resolve";

export interface Reading {
  /** keepalived's own files, by release and path. */
  files: Record<string, Option[]>;
  /** Everything else, except the required releases, which differ with the values. */
  rest: Omit<HostDocument, "keepalived" | "requires" | "services"> & { services: string[] };
}

export function documentOf(given: GivenPair): HostDocument {
  const place = placeOf(given.directors[0] as Host);
  return { ...pairDocument(place, completePair(given)), ...systemOf(place) };
}

export function readingOf(given: GivenPair): Reading {
  const { keepalived = [], services = [], requires, ...rest } = documentOf(given);
  const secrets = secretsOf(
    completePair(given).instances,
    given.instances as { name: string; password?: string }[],
    given.password as string,
  );
  const files = releases.flatMap((release) =>
    keepalived.map(({ path, lines }) => {
      const text = resolveLines(lines, release, (name) => secrets[name] ?? "");
      return [`${release} ${path}`, parse(withoutOwnInclude(text), dialect(release))];
    }),
  );
  return {
    files: Object.fromEntries(files) as Reading["files"],
    rest: { ...rest, services: serviceLines(services) },
  };
}

const dialect = (release: string) => (release.startsWith("1.") ? "1.3" : "2");

/** Removes the one include, at the end of the main file: the reader takes any include for a break-out. */
function withoutOwnInclude(text: string): string {
  return text.replace(/\ninclude \/etc\/keepalived\/conf\.d\/\*\.conf\n$/, "\n");
}

/** Stands for a `verbatim`: it is replaced by what a release reads in the value itself. */
export const harmlessLine = "harmless_line";

/** The expected reading if a value is in place of a harmless one: the same, with the value in all its places. */
export function withValue(reading: Reading, harmless: string, value: string): Reading {
  const put = (text: string) =>
    text
      .replaceAll(harmless, () => value)
      // A script with its own interpreter line.
      .replace(/^#!\/bin\/sh\n(?=#!)/, "");
  const files = Object.entries(reading.files).map(([key, options]) => {
    const own = harmless === harmlessLine ? parse(value, dialect(key)) : [];
    const replaced = (option: Option): Option[] => {
      if (option.words.join(" ") === harmlessLine) return own;
      const words = option.words.map(put);
      return [option.body === undefined ? { words } : { words, body: option.body.flatMap(replaced) }];
    };
    return [key, options.flatMap(replaced)] as const;
  });
  return { files: Object.fromEntries(files), rest: deep(reading.rest, put) as Reading["rest"] };
}

/** A watched file is named by a digest of its path. */
export function withoutDigests(reading: Reading): Reading {
  return deep(reading, (text) => text.replaceAll(/lvs_[0-9a-f]{12}/g, "lvs_of_the_path")) as Reading;
}

function deep(given: unknown, change: (text: string) => string): unknown {
  if (typeof given === "string") return change(given);
  if (Array.isArray(given)) return given.map((each) => deep(each, change));
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([key, each]) => [change(key), deep(each, change)]));
}
