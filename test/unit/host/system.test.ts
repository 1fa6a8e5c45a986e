// Which system a host has, what that changes, and what happens where it is not known.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systems } from "../../../components/host/systems";
import { hostReleases } from "../../../components/model/system";
import { FakeHost } from "../../walks/fake/host";
import { documentOf, type Owner } from "../../walks/steps";
import { eachFolder } from "./folder";
import { runShell } from "./shell";

it("can be assumed to be each one that the host program knows, and no other", () => {
  expect(hostReleases).toEqual(systems.map(({ name }) => name));
});

it.each(systems)("$name is documented", ({ name }) => {
  const read = (path: string) => readFileSync(join(__dirname, "../../..", path), "utf8");
  expect(read("docs/compatibility.md")).toContain(`\n| \`${name}\` |`);
  expect(read("components/args/host.ts")).toContain(`\`${name}\``);
});

/** The SYSTEM of a host with this file; of one without it. */
async function systemOf(osRelease: string | undefined, assumed = ""): Promise<string> {
  const { stdout, stderr } = await runShell(
    ["report.sh", "durable.sh"],
    `SYSTEM_FILES=(/dev/null/none)
    ${osRelease === undefined ? "" : `file=$(mktemp); trap 'rm "$file"' EXIT; cat >"$file"; SYSTEM_FILES+=("$file" /dev/null/other)`}
    system_read "${assumed}"
    printf '%s' "$SYSTEM"`,
    osRelease,
  );
  return stdout + stderr;
}

describe("the system of a host, by its os-release", () => {
  it.each<[string, string, string]>([
    [
      "CentOS 7",
      'NAME="CentOS Linux"\nVERSION="7 (Core)"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n',
      "el7",
    ],
    ["CentOS Stream 8", 'NAME="CentOS Stream"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="8"\n', "el8"],
    ["CentOS Stream 9", 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"\n', "el9"],
    ["CentOS Stream 10", 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="10"\n', "el10"],
    ["RHEL 9", 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.4"\n', "el9"],
    ["AlmaLinux 10", 'ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="10.0"\n', "el10"],
    ["Rocky 8", 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="8.10"\n', "el8"],
    ["Oracle Linux 9", 'ID="ol"\nID_LIKE="fedora"\nVARIANT="Server"\nVERSION_ID="9.5"\n', "el9"],
    ["Debian 12", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n', "debian12"],
    ["Debian 13", "VERSION_ID='13'\nID=debian\n", "debian13"],
    ["CentOS 6", 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="6"\n', ""],
    ["a later one", 'ID="rhel"\nVERSION_ID="11.0"\n', ""],
    ["Fedora", "ID=fedora\nVERSION_ID=41\n", ""],
    ["Amazon Linux 2", 'ID="amzn"\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"\n', ""],
    ["Amazon Linux 2023", 'ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n', ""],
    ["Ubuntu", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', ""],
    ["Raspbian 12", 'ID=raspbian\nID_LIKE=debian\nVERSION_ID="12"\n', ""],
    ["Debian testing", "ID=debian\n", ""],
    ["an empty file", "", ""],
  ])("%s", async (_what, text, name) => {
    expect(await systemOf(text)).toBe(name);
  });

  it("does not have to exist", async () => {
    expect(await systemOf(undefined)).toBe("");
    expect(await systemOf(undefined, "el9")).toBe("el9");
  });

  it("may be assumed only where it is not known", async () => {
    expect(await systemOf("ID=ubuntu\n", "debian12")).toBe("debian12");
    expect(await systemOf("ID=debian\nVERSION_ID=13\n", "debian12")).toBe("debian13");
    expect(await systemOf("ID=ubuntu\n", "debian99")).toBe("");
  });

  it("is read as text, and nothing in it is run", async () => {
    expect(await systemOf('ID="$(echo rhel)"\nVERSION_ID=`echo 9`\n')).toBe("");
  });
});

describe("facts on Debian", () => {
  const named = async (system: string, facts: string, before = "") => {
    const { stdout, stderr } = await runShell(
      [],
      `${before} SYSTEM=${system}; facts=$(cat)$'\\n'; system_rename "$facts"; printf '%s' "$REPLY"`,
      facts,
    );
    return stdout + stderr;
  };
  const facts = [
    "packages\thttpd remove-on-destroy",
    "packages\thttpd-tools",
    "packages\tnginx",
    "files\t/usr/share/nginx/html/index.html mode=0644 owner=root group=root content=packages\\thttpd\\n",
    "units\thttpd.service enabled active",
    "units\tnginx.service enabled active",
    "",
  ].join("\n");

  it("have Debian's names", async () => {
    expect(await named("debian12", facts)).toBe(
      facts
        .replace("packages\thttpd remove", "packages\tapache2 remove")
        .replace("httpd.service", "apache2.service")
        .replace("/usr/share/nginx/html/index.html", "/var/www/html/index.html"),
    );
    expect(await named("debian13", "packages\thttpd\n")).toBe("packages\tapache2\n");
  });

  it("have Debian's words in the file with the ports of a web server, and in no other", async () => {
    const folder = "/usr/share/nginx/html";
    const file = (path: string, content: string) =>
      `files\t${path} mode=0644 owner=root group=root content=${content}`;
    const given = [
      file("/etc/httpd/conf.d/pulumi-lvs.conf", `Listen 8080\\n# ${folder}`),
      file("/etc/nginx/conf.d/pulumi-lvs.conf", `root ${folder};\\nroot ${folder}; & \\\\`),
      file("/srv/other", folder),
      "",
    ].join("\n");
    expect(await named("debian12", given)).toBe(
      [
        file("/etc/apache2/conf-enabled/pulumi-lvs.conf", `Listen 8080\\n# ${folder}`),
        file("/etc/nginx/conf.d/pulumi-lvs.conf", "root /var/www/html;\\nroot /var/www/html; & \\\\"),
        file("/srv/other", folder),
        "",
      ].join("\n"),
    );
    expect(await named("el9", given)).toBe(given);
    // (A system may have other words, and no other names.)
    expect(await named("debian12", given, "unset 'SYSTEM_NAMES[debian12]';")).toBe(
      given.replaceAll(`root ${folder}`, "root /var/www/html"),
    );
  });

  it.each(["el7", "el10", "''"])("keep their names on %s", async (system) => {
    expect(await named(system, facts)).toBe(facts);
  });
});

describe("a host of an unknown system", () => {
  let host: FakeHost;
  let root: string;
  eachFolder((folder) => {
    root = join(folder, "host");
    mkdirSync(root);
    host = new FakeHost(root);
  });
  const runs = (text: string) => writeFileSync(join(root, "etc/os-release"), text);
  const ubuntu = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n';
  const want = {
    vips: [1],
    scheduler: "rr" as const,
    weights: [1, 1],
    page: "one\n",
    forwarding: "dr" as const,
  };
  const d1: Owner = { name: "web/prod/Director/d1", port: 80, parents: "", formerly: [], want };
  const document = () => documentOf(d1, root);
  const sentence =
    /this host runs Ubuntu 24\.04\.1 LTS \(ID=ubuntu, VERSION_ID=24\.04 in \S+\), a system that this package does not know; it knows el7, el8, el9, el10, debian12, debian13: .*assumeRelease/;

  it("is refused in a look and in a change, and nothing is changed", async () => {
    runs(ubuntu);
    await host.differences();
    const look = await host.look(document());
    expect(look.stdout).toMatch(new RegExp(`^E ${sentence.source}`, "m"));
    const { code, said } = await host.run("apply", document());
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`^error: ${sentence.source}`, "m"));
    expect((await host.differences()).filter((line) => !line.startsWith("var/lib/pulumi-lvs"))).toEqual([]);
  });

  it("is accepted as an assumed one", async () => {
    runs(ubuntu.replace("ubuntu", "fedora").replace("ID_LIKE=debian\n", ""));
    const assumed = document().replace("[settings]\n", "[settings]\nassume-release = el9\n");
    const { code, said } = await host.run("apply", assumed);
    expect(code, said).toBe(0);
    expect((await host.look(assumed)).stdout).not.toMatch(/^[EDU]/m);
  });

  it("gives back what it has, also where its system has become unknown", async () => {
    await host.differences();
    expect((await host.run("apply", document())).code).toBe(0);
    runs(ubuntu);
    const { code, said } = await host.run("remove", document());
    expect(code, said).toBe(0);
    expect(host.table()).toEqual([]);
  });
});

it.each([
  ["el9", "kernel-modules-core, kernel-modules, kernel-modules-extra"],
  ["debian12", "linux-image-amd64 or the like, in the place of linux-image-cloud-amd64"],
  ['""', "as the distribution calls it"],
])("a module that a kernel of %s lacks is in %s", async (system, packages) => {
  const { stdout } = await runShell(["modules.sh"], `SYSTEM=${system}; modules_missing_sentence nosuch`);
  expect(stdout).toContain(
    `has no module nosuch; install the package with its further modules (${packages}) `,
  );
});
