// Reads a rendered document as a host does, only by its format. Its result must be equal to the input.
import type { ForwardingMethod, Protocol, TunnelChecksum } from "../../../components/args/enums";
import type { DocumentText } from "../../../components/render/document";
import type { Engine, Service } from "../../../components/model/service";
import type { Tunnel } from "../../../components/model/tunnel";

export interface ReadBack extends Required<
  Omit<
    DocumentText,
    | "returnRoute"
    | "drain"
    | "leavesLast"
    | "assumeRelease"
    | "installPackages"
    | "table"
    | "parents"
    | "formerly"
    | "requires"
    | "keepalived"
  >
> {
  owner: string;
  drain: number | undefined;
  leavesLast: DocumentText["leavesLast"];
  /** The routes to directors, and which replies take which way: the routing table `main`, or the route of a number. */
  gateways: { address: string; table: number }[];
  replies: { from: string; protocol: Protocol; first: number; last: number; by: "main" | number }[];
}

export function readBack(text: string): ReadBack {
  const lines = text.split("\n");
  const title = "# lvs host document 1, owner ";
  const first = lines.shift() ?? "";
  if (!first.startsWith(title)) throw new Error(`no title: ${first}`);
  if (lines.pop() !== "" || lines.pop() !== "# end") throw new Error("no end");
  const document: ReadBack = {
    owner: first.slice(title.length),
    role: "director",
    drain: undefined,
    leavesLast: undefined,
    packages: [],
    modules: [],
    moduleOptions: {},
    booleans: [],
    sysctls: {},
    services: [],
    firewall: [],
    untracked: [],
    openings: [],
    firewallIsChecked: false,
    links: [],
    listeners: [],
    addresses: [],
    files: [],
    units: [],
    gateways: [],
    replies: [],
  };
  let section = "";
  for (const line of lines) {
    const heading = /^\[([a-z]+)\]$/.exec(line)?.[1];
    if (heading === undefined) readFact(document, section, line);
    else section = heading;
  }
  return document;
}

function readFact(document: ReadBack, section: string, line: string): void {
  const words = line.split(" ");
  const [first = "", second = "", third = ""] = words;
  if (section === "settings" && line === "role = real-server") document.role = "real server";
  else if (section === "settings" && line.startsWith("drain = ")) document.drain = Number(third);
  else if (section === "settings" && line === "addresses-leave = last") document.leavesLast = "addresses";
  else if (section === "settings" && line === "keepalived-leaves = last") document.leavesLast = "keepalived";
  else if (section === "packages")
    document.packages.push({ name: first, removeOnDestroy: second === "remove-on-destroy" });
  else if (section === "firewall" && first === "mark") readMark(document, words);
  else if (section === "firewall" && first === "notrack") document.untracked.push(line);
  else if (section === "firewall") document.firewall.push(line);
  else if (section === "openings") document.openings.push(line);
  else if (section === "settings" && line === "firewall = check") document.firewallIsChecked = true;
  else if (section === "modules") document.modules.push(line);
  else if (section === "options") document.moduleOptions[first] = third;
  else if (section === "booleans") document.booleans.push(first);
  else if (section === "sysctl") document.sysctls[first] = line.slice(line.indexOf(" = ") + 3);
  else if (section === "addresses")
    document.addresses.push({ address: readAddress(document, words), device: third });
  else if (section === "links") document.links.push(readLink(words));
  else if (section === "routes") document.gateways.push(readRoute(words));
  else if (section === "policies") document.replies.push(readRule(words));
  else if (section === "units" && line.endsWith(" enabled active")) document.units.push(first);
  else if (section === "files" && line.startsWith("| "))
    (document.files.at(-1) ?? fail(line)).content += `${line.slice(2)}\n`;
  else if (section === "files" && line.endsWith(" mode=0644 owner=root group=root"))
    document.files.push({ path: first, content: "" });
  else if (section === "ipvs" && first === "-A") document.services.push(readService(words));
  else if (section === "ipvs" && first === "-a")
    readDestination(document.services.at(-1) ?? fail(line), words);
  else fail(line);
}

function fail(line: string): never {
  throw new Error(`not understood: ${line}`);
}

/** An address of one host; on a director, with the options of IPv6 addresses. */
function readAddress({ role }: ReadBack, [first = "", dev, , ...rest]: string[]): string {
  const [address = "", length] = first.split("/");
  const flags = address.includes(":") && role === "director" ? "nodad preferred_lft 0" : "";
  if (dev !== "dev" || length !== (address.includes(":") ? "128" : "32") || rest.join(" ") !== flags)
    fail(first);
  return address;
}

function readLink([device = "", up, ...rest]: string[]): ReadBack["links"][number] {
  if (up !== "up" || !["", "any"].includes(rest.join(" "))) fail(device);
  return { device, carriesAll: rest.length > 0 };
}

/** The director is a neighbour. */
function readRoute(words: string[]): ReadBack["gateways"][number] {
  const [, , address = "", , , , table] = words;
  if (words.join(" ") !== `default via ${address} dev @to:${address} table ${table}`) fail(words.join(" "));
  return { address, table: Number(table) };
}

/** What is looked up in the table `main` comes first, and is none of its default routes. */
function readRule([priority, ...words]: string[]): ReadBack["replies"][number] {
  const [, from = "", , protocol, , ports = "", , table, ...rest] = words;
  const main = table === "main";
  if (priority !== (main ? "7113:" : "7114:")) fail(words.join(" "));
  if (rest.join(" ") !== (main ? "suppress_prefixlength 0" : "")) fail(words.join(" "));
  const [first, last = first] = ports.split("-").map(Number);
  return {
    from,
    protocol: protocol as Protocol,
    first: first!,
    last: last!,
    by: main ? "main" : Number(table),
  };
}

function endpoint(text = ""): { address: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+:[^\]]*)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return { address: bracketed ?? plain ?? fail(text), port: Number(port) };
}

function after(words: string[], option: string): string | undefined {
  const index = words.indexOf(option);
  return index < 0 ? undefined : words[index + 1];
}

/** A mark identifies its service. */
function readMark(document: ReadBack, [, mark, protocol, ports = "", , vip = ""]: string[]): void {
  const service = document.services.find(({ marked }) => marked?.mark === Number(mark)) ?? fail(ports);
  service.vip = vip;
  service.protocol = protocol as Protocol;
  service.marked!.ports = (ports === "all" ? "1-65535" : ports).split(",").map((each) => {
    const [first, last = first] = each.split("-");
    return { first: Number(first), last: Number(last) };
  });
}

function readService(words: string[]): Service {
  const marked = words[1] === "-f" ? { mark: Number(words[2]), ports: [] } : undefined;
  const { address: vip, port } = marked === undefined ? endpoint(words[2]) : { address: "", port: 0 };
  const timeout = after(words, "-p");
  return {
    protocol: protocols[words[1] ?? ""] ?? "tcp",
    vip,
    port,
    ...(marked && { marked }),
    scheduler: after(words, "-s") as Service["scheduler"],
    flags: (after(words, "-b")?.split(",") ?? []) as Service["flags"],
    persistence:
      timeout === undefined
        ? undefined
        : {
            timeout: Number(timeout),
            netmask:
              after(words, "-M") ?? (vip.includes(":") || words[3] === "-6" ? "128" : "255.255.255.255"),
            engine: after(words, "--pe") as Engine | undefined,
          },
    onePacket: words.includes("-o"),
    destinations: [],
  };
}

const protocols: Record<string, Protocol> = { "-t": "tcp", "-u": "udp", "--sctp-service": "sctp" };

const methods: Record<string, ForwardingMethod> = { "-g": "dr", "-m": "nat", "-i": "tun" };

function readTunnel(words: string[]): Tunnel {
  const type = after(words, "--tun-type") ?? "ipip";
  if (type !== "gue") return type === "ipip" || type === "gre" ? { type } : fail(type);
  const checksum = words.at(words.indexOf("--tun-port") + 2)!.slice("--tun-".length) as TunnelChecksum;
  return { type, port: Number(after(words, "--tun-port")), checksum };
}

function readDestination(service: Service, words: string[]): void {
  const { vip, port, marked } = service;
  const own = vip.includes(":") ? `[${vip}]:${port}` : `${vip}:${port}`;
  if (words[2] !== (marked === undefined ? own : `${marked.mark}`)) fail(words.join(" "));
  service.destinations.push({
    ...endpoint(after(words, "-r")),
    weight: Number(after(words, "-w")),
    upper: Number(after(words, "-x") ?? 0),
    lower: Number(after(words, "-y") ?? 0),
    forwarding: methods[words.find((word) => word in methods) ?? ""]!,
    ...(words.includes("-i") ? { tunnel: readTunnel(words) } : {}),
  });
}
