/**
 * What differs between the systems of hosts: distributions with their releases. A system is known if it is a row here. Documents have
 * CentOS's names; `names` has those that a system has in their place.
 */
interface System {
  /** What `assumeRelease` calls it. The host program makes the same from /etc/os-release (base/system.sh). */
  name: string;
  /** The program that installs packages. */
  manager: "yum" | "dnf" | "apt-get";
  /** SECTION, the name in documents, the name on this system. */
  names?: [section: "packages" | "units" | "files", name: string, here: string][];
  /** The path of a file of ours as it is called here, a word in its text, the word that this system has in its place. */
  words?: [path: string, word: string, here: string][];
  /** The packages that have further modules of its kernel. */
  modules: string;
  /** Packages that its own repositories do not have, and the way to get them. */
  elsewhere?: Record<string, string>;
}

/** Debian's nginx and apache2 have one folder for pages: `root` and `DocumentRoot` of the default site that each of them brings. */
const debian: System["names"] = [
  ["packages", "httpd", "apache2"],
  ["units", "httpd.service", "apache2.service"],
  ["files", "/usr/share/nginx/html/index.html", "/var/www/html/index.html"],
  ["files", "/etc/httpd/conf.d/pulumi-lvs.conf", "/etc/apache2/conf-enabled/pulumi-lvs.conf"],
];

const debianWords: System["words"] = [
  ["/etc/nginx/conf.d/pulumi-lvs.conf", "/usr/share/nginx/html", "/var/www/html"],
];

const debianModules = "linux-image-amd64 or the like, in the place of linux-image-cloud-amd64";
const redHat = "kernel-modules-core, kernel-modules, kernel-modules-extra";

export const systems: System[] = [
  {
    name: "el7",
    manager: "yum",
    modules: "kernel",
    elsewhere: { nginx: "it is in EPEL: yum -y install epel-release" },
  },
  { name: "el8", manager: "dnf", modules: "kernel-modules, kernel-modules-extra" },
  { name: "el9", manager: "dnf", modules: redHat },
  { name: "el10", manager: "dnf", modules: redHat },
  { name: "debian12", manager: "apt-get", modules: debianModules, names: debian, words: debianWords },
  { name: "debian13", manager: "apt-get", modules: debianModules, names: debian, words: debianWords },
];

/** The table for bash. A row of SYSTEM_NAMES is SECTION <tab> NAME <tab> NAME-HERE, one of SYSTEM_WORDS is PATH <tab> WORD <tab> WORD-HERE; the keys of SYSTEM_ELSEWHERE are `SYSTEM PACKAGE`. */
export function systemsShell(): string {
  const entries = (rows: [string, string][]) => rows.map(([key, text]) => `[${key}]='${text}'`).join(" ");
  const table = (of: (system: System) => string[][] | undefined) =>
    systems.flatMap((system): [string, string][] => {
      const rows = of(system);
      return rows === undefined ? [] : [[system.name, rows.map((row) => row.join("\t")).join("\n")]];
    });
  const elsewhere = systems.flatMap(({ name, elsewhere = {} }) =>
    Object.entries(elsewhere).map(([each, way]): [string, string] => [`"${name} ${each}"`, way]),
  );
  return [
    `SYSTEMS_KNOWN="${systems.map(({ name }) => name).join(", ")}"`,
    `declare -A SYSTEM_MANAGER=(${entries(systems.map(({ name, manager }) => [name, manager]))})`,
    `declare -A SYSTEM_MODULES=(${entries(systems.map(({ name, modules }) => [name, modules]))})`,
    `declare -A SYSTEM_NAMES=(${entries(table(({ names }) => names))})`,
    `declare -A SYSTEM_WORDS=(${entries(table(({ words }) => words))})`,
    `declare -A SYSTEM_ELSEWHERE=(${entries(elsewhere)})`,
    "",
  ].join("\n");
}
