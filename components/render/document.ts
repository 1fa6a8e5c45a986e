import type { Service } from "../model/service";
import { serviceLines } from "./ipvs";

/** What one owner wants on one host. */
export interface HostDocument {
  /** Bound in seconds on waiting for open connections before a destination goes. */
  drain?: number;
  packages?: { name: string; removeOnDestroy: boolean }[];
  modules?: string[];
  sysctls?: Record<string, string>;
  services?: Service[];
  /** Addresses with the device that carries them. */
  addresses?: { address: string; device: string }[];
  files?: { path: string; content: string }[];
  /** Units that are to be enabled and active. */
  units?: string[];
}

/** The document as text: one fact a line, sorted, so that a preview's line diff is what a reviewer would have written. */
export function renderDocument(owner: string, document: HostDocument): string {
  const packages = document.packages?.map(({ name, removeOnDestroy }) =>
    removeOnDestroy ? `${name} remove-on-destroy` : name,
  );
  const sysctl = Object.entries(document.sysctls ?? {}).map(([key, setting]) => `${key} = ${setting}`);
  const sections = [
    section("settings", document.drain === undefined ? [] : [`drain = ${document.drain}`]),
    section("packages", sorted(packages)),
    section("modules", sorted(document.modules)),
    section("sysctl", sorted(sysctl)),
    section("ipvs", serviceLines(document.services ?? [])),
    section(
      "addresses",
      sorted(document.addresses?.map(({ address, device }) => `${address}/32 dev ${device}`)),
    ),
    section("files", byPath(document.files ?? []).flatMap(fileLines)),
    section("units", sorted(document.units?.map((unit) => `${unit} enabled active`))),
  ];
  return [`# lvs host document 1, owner ${owner}`, ...sections.flat(), "# end", ""].join("\n");
}

function section(name: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`[${name}]`, ...lines];
}

/** By character code, each fact once. */
function sorted(lines: string[] = []): string[] {
  return [...new Set(lines)].sort();
}

function byPath<File extends { path: string }>(files: File[]): File[] {
  return [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** The bar before each line is what keeps a page's content from being read as anything else. */
function fileLines(file: { path: string; content: string }): string[] {
  const lines = file.content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return [`${file.path} mode=0644 owner=root group=root`, ...lines.map((line) => `| ${line}`)];
}
