/**
 * The sections of a host document. A new one is a row here, a file `sections/NAME.sh` with `NAME_live`, `NAME_set` and `NAME_unset`, its
 * line in program.ts, and its place in the order of verbs/apply.sh.
 */
interface Section {
  name: string;
  /** The pattern of its lines, in a form that awk (POSIX extended regular expressions) reads as JavaScript does. */
  line: RegExp;
  /** A pattern that none of its lines may match. */
  never?: RegExp;
  /**
   * The part of a fact that is its key: a number of words, the text before " = ", the key of a rule, or the whole line. Absent if its lines
   * are no facts of the host.
   */
  key?: number | "setting" | "rule" | "line";
  /** Its facts are files, with their content after the line. */
  holdsFiles?: true;
  /** The word before a fact in messages. Absent: a fact is shown as it is. */
  called?: string;
  /** Whether its facts are loaded after a boot (boot.sh). The rules have another way (rules.sh). */
  boots?: true;
}

const file = /^\/[A-Za-z0-9@%+,:=_./-]+ mode=0[0-7][0-7][0-7] owner=[A-Za-z0-9_-]+ group=[A-Za-z0-9_-]+$/;
const strangePath = /\/\.\.?\/|\/ mode=/;

// Parts of the table's rules.
const endpoint = String.raw`([0-9.]+|\[[0-9a-f:]+\]):[0-9]+`;
const service = `((-[tu]|--sctp-service) ${endpoint}|-f [1-9][0-9]*( -6)?)`;
const scheduled = "-s [a-z]+( -b [a-z0-9,-]+)?( -p [0-9]+)?( -M [0-9.]+)?( --pe [a-z]+)?( -o)?";
const tunnel = "--tun-type (gue --tun-port [0-9]+ --tun-(nocsum|csum|remcsum)|gre --tun-nocsum)";
const forwarded = `(-[gmi] -w [0-9]+|-i -w [0-9]+ ${tunnel})( -x [0-9]+)?( -y [0-9]+)?`;

export const sections: Section[] = [
  {
    name: "settings",
    line: /^(assume-release = [a-z0-9]+|drain = [0-9]+|firewall = check|install-packages = no|addresses-leave = last|keepalived-leaves = last|table = keepalived|role = real-server|parents = [^ ]+|formerly = [^ ]+)$/,
  },
  {
    name: "requires",
    line: /^(keepalived (>=|<)[0-9]+\.[0-9]+\.[0-9]+|kernel process-events|interface [A-Za-z0-9._-]+) for ./,
  },
  {
    name: "packages",
    line: /^[A-Za-z0-9][A-Za-z0-9._+-]*( remove-on-destroy)?$/,
    key: 1,
    called: "package",
  },
  { name: "modules", line: /^[A-Za-z0-9_-]+$/, key: 1, called: "module", boots: true },
  { name: "options", line: /^ip_vs\.conn_tab_bits = [1-9][0-9]*$/, key: "setting", called: "module option" },
  { name: "booleans", line: /^[a-z][a-z0-9_]* = on$/, key: "setting", called: "SELinux boolean" },
  {
    name: "sysctl",
    line: /^[A-Za-z0-9_@-][A-Za-z0-9_./@:-]* = [A-Za-z0-9 .,:/_-]+$/,
    never: /^[^ ]*\/\//,
    key: "setting",
    boots: true,
  },
  {
    name: "ipvs",
    line: new RegExp(`^(-A ${service} ${scheduled}|-a ${service} -r ${endpoint} ${forwarded})$`),
    key: "rule",
  },
  {
    name: "firewall",
    line: /^(mark [1-9][0-9]* (tcp|udp|sctp) (all|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*) to [0-9a-f.:]+|clamp [1-9][0-9]* from [0-9a-f.:]+|notrack (tcp|udp|sctp) (all|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*) to [0-9a-f.:]+)$/,
    called: "firewall",
    key: "line",
    boots: true,
  },
  {
    name: "openings",
    line: /^accept ([0-9]+(-[0-9]+)?\/(tcp|udp|sctp)|tcp|udp|sctp|vrrp|ipip|ip6ip|gre) (to|from) [0-9a-f.:]+ dev @?[A-Za-z0-9._:-]+$/,
    called: "firewalld",
    key: 6,
  },
  {
    name: "addresses",
    line: /^[0-9a-f.:]+\/[0-9]+ dev @?[A-Za-z0-9._:-]+( nodad)?( preferred_lft 0)?$/,
    key: 3,
    boots: true,
  },
  { name: "links", line: /^[A-Za-z0-9_-]+ up( any)?$/, key: 1, called: "interface", boots: true },
  { name: "fou", line: /^port [1-9][0-9]* gue( -6)?$/, key: "line", called: "UDP", boots: true },
  {
    name: "routes",
    line: /^default via [0-9a-f.:]+ dev @?[A-Za-z0-9._:-]+ table [0-9]+$/,
    called: "route",
    key: "line",
    boots: true,
  },
  {
    name: "policies",
    line: /^[0-9]+: from [0-9a-f.:]+ ipproto (tcp|udp|sctp) sport [0-9]+(-[0-9]+)? lookup (main suppress_prefixlength 0|[0-9]+)$/,
    called: "ip rule",
    key: "line",
    boots: true,
  },
  { name: "files", line: file, never: strangePath, key: 1, holdsFiles: true, called: "file" },
  {
    name: "keepalived",
    line: new RegExp(file.source.replace("^", "^\\/etc\\/keepalived")),
    never: strangePath,
    key: 1,
    holdsFiles: true,
    called: "file",
  },
  {
    name: "units",
    line: /^[A-Za-z0-9_][A-Za-z0-9@:_.-]* (enabled|disabled) (active|inactive)$/,
    key: 1,
    called: "unit",
  },
];

/** In awk each slash must be escaped, also between brackets. */
function awkPattern(pattern: RegExp): string {
  return `/${pattern.source.replaceAll(/\\?\//g, "\\/")}/`;
}

/** The table for awk: `section_key`, `holds_files`, `boots`, and which lines fit. */
export function sectionsAwk(): string {
  const fits = sections.map(
    ({ name, line, never }) =>
      `  if (section == "${name}") return line ~ ${awkPattern(line)}${never === undefined ? "" : ` && line !~ ${awkPattern(never)}`}`,
  );
  const rows = sections.flatMap(({ name, key, holdsFiles, boots }) => [
    `  section_key["${name}"] = "${key ?? "line"}"`,
    ...(holdsFiles ? [`  holds_files["${name}"] = 1`] : []),
    ...(boots ? [`  boots["${name}"] = 1`] : []),
  ]);
  return [
    "function section_fits(section, line) {",
    ...fits,
    "  return 0",
    "}",
    "BEGIN {",
    ...rows,
    "}",
    "",
  ].join("\n");
}

/** The table for bash. */
export function sectionsShell(): string {
  const row = (part: (section: Section) => string | number | undefined) =>
    sections
      .flatMap((section) => {
        const value = part(section);
        return value === undefined ? [] : [`[${section.name}]="${value}"`];
      })
      .join(" ");
  return [
    `SECTION_NAMES=(${sections.map(({ name }) => name).join(" ")})`,
    `declare -A SECTION_KEY=(${row(({ key }) => key)})`,
    `declare -A SECTION_HOLDS_FILES=(${row(({ holdsFiles }) => holdsFiles && "yes")})`,
    `declare -A SECTION_CALLED=(${row(({ called }) => called)})`,
    "",
  ].join("\n");
}
