import { type Family, familyOf } from "../model/address";
import type { Place } from "../model/host";
import type { ReturnRoute } from "../model/nat";
import type { Service } from "../model/service";
import { routeLines, ruleLines } from "./returnRoute";
import { serviceLines } from "./ipvs";

/**
 * A line of keepalived's configuration. The host replaces `@{interface:ADDRESS}` by the interface that has the address, and
 * `@{secret:NAME}` by a secret that is sent separately.
 */
export interface ConfigLine {
  text: string;
  /** The releases of keepalived that get it: `>=2.1.0`, `<2.2.0`, `>=2.0.16,<2.1.0` (all must hold). Absent: every one. */
  releases?: string;
}

/**
 * Facts that stay on the host until `release` after they have left the document: addresses, or keepalived with its rules, VIPs and files.
 */
export type LeavesLast = "addresses" | "keepalived";

const leavesLastLine: Record<LeavesLast, string> = {
  addresses: "addresses-leave = last",
  keepalived: "keepalived-leaves = last",
};

/** A real server has the VIPs that directors forward to it; a director has them for clients. */
export type Role = "director" | "real server";

/** What one owner wants on one host. */
export interface HostDocument extends DocumentText {
  /** How the host has its VIPs. */
  role: Role;
}

/** The part of it that the text contains. */
export interface DocumentText {
  /** Default: director. */
  role?: Role;
  /** The resource of Pulumi that wants it: the types of its parents. Empty for a resource without a parent. */
  parents?: string;
  /** The names that its owner had before. */
  formerly?: string[];
  /** The most seconds to wait for open connections before a destination is removed. */
  drain?: number;
  /** Facts that stay, when they are no longer wanted, until all hosts have been changed. Default: none. */
  leavesLast?: LeavesLast | undefined;
  /** The release that an unknown system is taken for. Default: it is refused. */
  assumeRelease?: string | undefined;
  /** Whether missing packages are installed. Default: true. */
  installPackages?: boolean | undefined;
  packages?: { name: string; removeOnDestroy: boolean }[];
  modules?: string[];
  /** Options of modules: `{ "ip_vs.conn_tab_bits": "16" }`. */
  moduleOptions?: Record<string, string> | undefined;
  /** The names of SELinux booleans that must be on, where the host's policy has them: `keepalived_connect_any`. */
  booleans?: string[];
  sysctls?: Record<string, string>;
  services?: Service[];
  /** Who keeps the services in the kernel's table. Default: this package's own program. */
  table?: "keepalived";
  /** Features that the host must have for something that the user asked for: `keepalived RANGE`, `kernel process-events` or `interface NAME`. */
  requires?: { needs: string; what: string }[];
  /** Devices that must be up. `carriesAll`: an IPv6 tunnel's device that must carry IPv4 as well. */
  links?: { device: string; carriesAll: boolean }[];
  /** UDP ports at which packets of GUE tunnels arrive, and the family of these packets. */
  listeners?: { port: number; family: Family }[];
  /** The route by which replies of some ports leave a real server. */
  returnRoute?: { place: Place; route: ReturnRoute } | undefined;
  /** Facts of the firewall's table (firewall.ts). */
  firewall?: string[];
  /** Facts of the same table that only matter where firewalld runs (openings.ts). */
  untracked?: string[];
  /** What the host's firewall must let through (openings.ts). */
  openings?: string[];
  /** Whether a preview only reports which of the last two are missing. Default: they are set. */
  firewallIsChecked?: boolean;
  /** Addresses with the device that carries them. */
  addresses?: { address: string; device: string }[];
  /** The default mode is 0644. */
  files?: { path: string; mode?: string; content: string }[];
  /** keepalived's own files. */
  keepalived?: { path: string; mode: string; lines: ConfigLine[] }[];
  /** Units that are to be enabled and active. */
  units?: string[];
}

/** The document as text: one fact a line, sorted, so that a preview's line diff shows exactly what changes. */
export function renderDocument(owner: string, document: DocumentText): string {
  const packages = document.packages?.map(({ name, removeOnDestroy }) =>
    removeOnDestroy ? `${name} remove-on-destroy` : name,
  );
  const settings = (given: Record<string, string> = {}) =>
    Object.entries(given).map(([key, setting]) => `${key} = ${setting}`);
  const sections = [
    section("settings", [
      ...(document.assumeRelease === undefined ? [] : [`assume-release = ${document.assumeRelease}`]),
      ...(document.drain === undefined ? [] : [`drain = ${document.drain}`]),
      ...(document.installPackages === false ? ["install-packages = no"] : []),
      ...(document.leavesLast === undefined ? [] : [leavesLastLine[document.leavesLast]]),
      ...(document.firewallIsChecked ? ["firewall = check"] : []),
      ...(document.role === "real server" ? ["role = real-server"] : []),
      ...(document.table === undefined ? [] : [`table = ${document.table}`]),
      ...((document.parents ?? "") === "" ? [] : [`parents = ${document.parents}`]),
      ...(document.formerly ?? []).map((owner) => `formerly = ${owner}`),
    ]),
    section("requires", sorted(document.requires?.map(({ needs, what }) => `${needs} for ${what}`))),
    section("packages", sorted(packages)),
    section("modules", sorted(document.modules)),
    section("options", sorted(settings(document.moduleOptions))),
    section("booleans", sorted(document.booleans?.map((name) => `${name} = on`))),
    section("sysctl", sorted(settings(document.sysctls))),
    section("ipvs", serviceLines(document.services ?? [])),
    section("firewall", sorted([...(document.firewall ?? []), ...(document.untracked ?? [])])),
    section("openings", sorted(document.openings)),
    section("addresses", sorted(document.addresses?.map((each) => addressLine(each, document.role)))),
    section(
      "links",
      sorted(document.links?.map(({ device, carriesAll }) => `${device} up${carriesAll ? " any" : ""}`)),
    ),
    section(
      "fou",
      sorted(
        document.listeners?.map(({ port, family }) => `port ${port} gue${family === "IPv6" ? " -6" : ""}`),
      ),
    ),
    section("routes", document.returnRoute === undefined ? [] : routeLines(document.returnRoute)),
    section("policies", document.returnRoute === undefined ? [] : ruleLines(document.returnRoute)),
    section("files", byPath(document.files ?? []).flatMap(fileLines)),
    section("keepalived", byPath(document.keepalived ?? []).flatMap(configLines)),
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

/**
 * An address is one host's, so its prefix is the whole address. A director uses a VIP of IPv6 at once, without asking the network whether
 * another host has it (nodad). It never uses it as the source of its own packets, which it would otherwise prefer to its own address
 * (preferred_lft 0): a real server drops packets that seem to come from itself. ip-address(8).
 */
function addressLine(
  { address, device }: { address: string; device: string },
  role: Role = "director",
): string {
  if (familyOf(address) === "IPv4") return `${address}/32 dev ${device}`;
  return `${address}/128 dev ${device}${role === "director" ? " nodad preferred_lft 0" : ""}`;
}

/** The bar before each line makes sure that a file's content is never read as other lines of the document. */
function fileLines(file: { path: string; mode?: string; content: string }): string[] {
  const lines = file.content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return [heading(file.path, file.mode ?? "0644"), ...lines.map((line) => `| ${line}`)];
}

function configLines(file: { path: string; mode: string; lines: ConfigLine[] }): string[] {
  return [
    heading(file.path, file.mode),
    ...file.lines.map(({ text, releases }) =>
      releases === undefined ? `| ${text}` : `|${releases}| ${text}`,
    ),
  ];
}

function heading(path: string, mode: string): string {
  return `${path} mode=${mode} owner=root group=root`;
}
