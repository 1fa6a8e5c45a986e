// Random events on a host in a walk, and what its owners may want.
import fc from "fast-check";
import { completeService } from "../../components/model/service";
import { type DocumentText, renderDocument } from "../../components/render/document";
import { serviceLines } from "../../components/render/ipvs";

/** What an owner may want. Owners share the VIPs and a setting, and have ports of their own. */
export interface Want {
  vips: number[];
  scheduler: "rr" | "wlc" | "sh";
  forwarding: "dr" | "nat" | "tun";
  weights: number[];
  page: string;
}

export interface Owner {
  /** Its name on hosts. */
  name: string;
  port: number;
  parents: string;
  formerly: string[];
  want: Want;
  /** Whether addresses that leave its document stay until the release. Default: false. */
  last?: boolean;
}

export type Step =
  | { kind: "declare" | "move" | "rename" | "replace" | "remove"; owner: number; want: Want }
  | { kind: "hand"; hand: number }
  | { kind: "kill"; owner: number; want: Want; after: number }
  | { kind: "power" };

const want: fc.Arbitrary<Want> = fc.record({
  vips: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
  scheduler: fc.constantFrom("rr", "wlc", "sh"),
  forwarding: fc.constantFrom("dr", "nat", "tun"),
  weights: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
  page: fc.constantFrom("one\n", "two\nlines\n", "  \\n %s\n"),
});
const owner = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("declare" as const), owner, want }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("move" as const, "rename" as const, "replace" as const, "remove" as const),
      owner,
      want,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("hand" as const), hand: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      owner,
      want,
      after: fc.integer({ min: 0, max: 1500 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("power" as const) }) },
);

/** Walks of this number of steps. */
export const paths = (steps: number) => fc.array(step, { minLength: steps, maxLength: steps });

export const vip = (number: number) => `198.18.0.${130 + number}`;

const servicesOf = ({ port, want }: Owner) =>
  want.vips.map((number) =>
    completeService({
      vip: vip(number),
      port,
      scheduler: want.scheduler,
      forwarding: want.forwarding,
      realServers: want.weights.map((weight, index) => ({ address: `198.18.0.${21 + index}`, weight })),
    }),
  );

/** Its rules as `ipvsadm -Sn` prints them. */
export const rulesOf = (owner: Owner) => serviceLines(servicesOf(owner));

export const page = (root: string, port: number) => `${root}/srv/walk-${port}`;

/** No two owners' ranges meet. */
const rangeOf = (port: number) => `${20_000 + 10 * (port % 1000)}-${20_009 + 10 * (port % 1000)}`;

/** `root` is the folder that stands for the host's. */
export function documentOf(owner: Owner, root: string): string {
  const { name, port, parents, formerly, want, last = false } = owner;
  const document: DocumentText = {
    parents,
    formerly,
    leavesLast: last ? "addresses" : undefined,
    drain: 0,
    packages: ["ipvsadm", "nftables"].map((each) => ({ name: each, removeOnDestroy: false })),
    modules: ["ip_vs", `ip_vs_${want.scheduler}`, "nf_tables"],
    moduleOptions: { "ip_vs.conn_tab_bits": "13" },
    sysctls: { "net.ipv4.vs.conn_reuse_mode": "2", [`net.ipv4.conf.@198.18.0.11.rp_filter`]: "2" },
    services: servicesOf(owner),
    // (Every owner wants that of the first VIP.)
    firewall: want.vips.flatMap((number) => [
      `mark ${port} tcp ${port},${rangeOf(port)} to ${vip(number)}`,
      "mark 7 udp all to 198.18.0.131",
    ]),
    // (Without firewalld these hold by themselves.)
    untracked: want.vips.map((number) => `notrack tcp ${port} to ${vip(number)}`),
    openings: want.vips.map((number) => `accept ${port}/tcp to ${vip(number)} dev @198.18.0.11`),
    addresses: want.vips.map((number) => ({ address: vip(number), device: "@198.18.0.11" })),
    files: [{ path: page(root, port), content: want.page }],
  };
  return renderDocument(name, document);
}

const theirService = "-t 198.18.0.139:80";
/** The rules of somebody else, as `ipvsadm -Sn` prints them. */
export const theirRules = [`-A ${theirService} -s wrr`, `-a ${theirService} -r 198.18.0.22:80 -g -w 7`];
export const theirAddress = "198.18.0.138/32";
const addTheirRules = theirRules.map((rule) => `ipvsadm ${rule}`).join("; ");
/** Adds foreign things, also those that a boot removes. */
export const theirs = `modprobe ip_vs_wrr; ${addTheirRules}; ip address add ${theirAddress} dev eth0`;

/** Changes by hand of things that are ours, whether they exist or not. */
export const hands = (root: string) => [
  `ipvsadm -C; ${addTheirRules}`,
  `ipvsadm -D -t ${vip(1)}:8000 || :`,
  `ipvsadm -e -t ${vip(2)}:8001 -r 198.18.0.21:8001 -g -w 9 || :`,
  `ip address del ${vip(1)}/32 dev eth0 || :`,
  `rm -f ${root}/etc/pulumi-lvs/rules`,
  // (nft would load the module.)
  `if [ -e ${root}/sys/module/nf_tables ]; then nft delete table inet pulumi_lvs || :; fi`,
  `at=${root}/etc/sysctl.d/99-pulumi-lvs.conf; if [ -e $at ]; then echo '# mine' >>$at; fi`,
  // (Not the file that was there before, since it is not ours to repair.)
  `if [ -e ${page(root, 8000)} ] && ! grep -q '^theirs$' ${page(root, 8000)}; then echo mine >>${page(root, 8000)}; fi`,
  `rm -f ${page(root, 8001)}`,
  "sysctl -qw net.ipv4.conf.eth0.rp_filter=0",
  `rm -f ${root}/etc/modprobe.d/pulumi-lvs.conf`,
  `at=${root}/etc/modprobe.d/pulumi-lvs.conf; if [ -e $at ]; then echo '# mine' >>$at; fi`,
];
