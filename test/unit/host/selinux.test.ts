// SELinux on a host: which label a file gets, and what the policy allows. The kernel and its programs are stand-ins.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allowedPortType } from "../../../components/render/keepalived/selinux";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

eachFolder((made) => {
  folder = made;
  for (const each of ["state", "html", "selinux", "labels"]) mkdirSync(at(each));
  writeFileSync(at("selinux/enforce"), "1");
});

/**
 * A host whose kernel has SELinux. A label is a file named after the inode. `policy` is what matchpathcon answers, with its arguments in
 * place of `ARGUMENTS`.
 */
function shell(lines: string, { policy = "policy_t", refuses = false } = {}) {
  return runShell(
    [...stateParts, "files.sh", "place.sh", "webServer.sh", "firewalld.sh", "firewalldZones.sh"],
    `STATE=${at("state")} SELINUX=${at("selinux")} LIVE="" PLAIN="" CLAIMED="" CALLS=${at("calls")}
    exec() { if [[ $1 == +([0-9])* || $1 == readlink ]]; then builtin exec "$@"; else "$@"; fi; }
    shopt -s extglob
    inode() { command stat -c %i -- "$1"; }
    label_of() { cat "${at("labels")}/$(inode "$1")" 2>/dev/null || echo inherited_t; }
    stat() { if [[ $2 == %C ]]; then label_of "\${@:$#}"; else command stat "$@"; fi; }
    chcon() { echo "chcon $*" >>"$CALLS"; ${refuses ? "return 1" : `echo "\${*: -2:1}" >"${at("labels")}/$(inode "\${@:$#}")"`}; }
    matchpathcon() { echo "matchpathcon $*" >>"$CALLS"; echo "${policy}"; }
    ${lines}`,
  );
}
const calls = () => {
  try {
    return readFileSync(at("calls"), "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
};
const page = () => at("html/page");
const set = () => `files_set "${page()} mode=0644 owner=root group=root content=ours"`;

describe("a file that is written", () => {
  it("gets the label that the policy has for a file of its path, before it is in its place", async () => {
    const { status, stdout, stderr } = await shell(`${set()}; label_of ${page()}`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "policy_t\n", stderr: "" });
    expect(calls()).toEqual([`matchpathcon -n -m file ${page()}`, "chcon -h -- policy_t new"]);
  });

  it("keeps the label of its folder if that is the policy's, or the policy has none", async () => {
    for (const policy of ["inherited_t", "<<none>>", ""]) {
      const { status, stderr } = await shell(set(), { policy });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
    expect(calls().filter((each) => each.startsWith("chcon"))).toEqual([]);
  });

  it("is written all the same if the kernel refuses the label, and a note says so", async () => {
    const { status, stdout } = await shell(set(), { refuses: true });
    expect(status).toBe(0);
    expect(stdout).toBe(
      `note: ${page()} cannot be given its SELinux label policy_t; look at it by hand: restorecon -n -v ${page()}\n`,
    );
    expect(readFileSync(page(), "utf8")).toBe("ours");
  });

  it("costs no process where the kernel has no SELinux", async () => {
    expect(await shell(`SELINUX=/none; ${set()}`)).toMatchObject({ status: 0, stderr: "" });
    expect(calls()).toEqual([]);
  });
});

describe("a file that is restored", () => {
  const replaced = (between = ":") =>
    shell(`chcon -h theirs_t ${page()}; files_save_origin ${page()}
      ${set()}; ${between}; files_unset ${page()} theirs; label_of ${page()}`);

  it("has the label that it had, whatever the policy says, also after somebody has relabelled the copy", async () => {
    writeFileSync(page(), "theirs");
    expect((await replaced()).stdout).toBe("theirs_t\n");
    expect(
      (await replaced(`for each in ${at("state/files")}/*; do chcon -h var_t "$each"; done`)).stdout,
    ).toBe("theirs_t\n");
  });

  it("has the policy's label if it was saved while SELinux was off", async () => {
    writeFileSync(page(), "theirs");
    const { stdout } = await shell(`SELINUX=/none; files_save_origin ${page()}; SELINUX=${at("selinux")}
      ${set()}; files_unset ${page()} theirs; label_of ${page()}`);
    expect(stdout).toBe("policy_t\n");
  });

  it("has the label that it had if it is a file of firewalld's", async () => {
    mkdirSync(at("firewalld/zones"), { recursive: true });
    writeFileSync(at("firewalld/zones/public.xml"), "<zone/>");
    const file = at("firewalld/zones/public.xml");
    const { stdout, stderr } = await shell(`FIREWALLD_FILES=${at("firewalld")}
      chcon -h firewalld_t ${file}; firewalld_save_zone public
      firewalld_put_file "$STATE/zones/public/xml" ${file}; label_of ${file}`);
    expect({ stdout, stderr }).toEqual({ stdout: "firewalld_t\n", stderr: "" });
  });
});

it("a folder that is made gets the label that the policy has for it", async () => {
  const make = `mkdir() { echo "mkdir $*" >>"$CALLS"; command mkdir "\${@: -1}"; }; files_make_folder ${at("made")}`;
  expect(await shell(make)).toMatchObject({ status: 0, stderr: "" });
  expect(calls()).toEqual([`mkdir -m 0755 -Z -- ${at("made")}`]);
});

describe("the type of a port", () => {
  const typeOf = async (port: number, local = "") => {
    writeFileSync(at("ports.local"), local);
    const { stdout, stderr } = await shell(
      `SELINUX_PORTS=(${at("none")} ${at("ports.local")}); selinux_port_type ${port}; echo "$REPLY"`,
    );
    return `${stdout}${stderr}`.trim();
  };

  it.each([
    [80, "http_port_t"],
    [8080, "http_cache_port_t"],
    [10010, "http_cache_port_t"],
    [10011, "unreserved_port_t"],
    [63132, "mysqld_port_t"],
    [63164, "mysqld_port_t"],
    [63165, "unreserved_port_t"],
    [511, "reserved_port_t"],
    [512, "hi_reserved_port_t"],
    [1023, "hi_reserved_port_t"],
    [1024, "unreserved_port_t"],
    [32768, "ephemeral_port_t"],
    [60999, "ephemeral_port_t"],
    [61000, "unreserved_port_t"],
  ])("%i is %s", async (port, type) => {
    expect(await typeOf(port)).toBe(type);
  });

  it("is the same as in the documents, for all ports to which keepalived may connect", async () => {
    const { stdout } = await shell(
      `SELINUX_PORTS=(/none)
      for port in {1..11000} {63000..63200}; do
        selinux_port_type $port
        [[ $REPLY == *reserved_port_t || $REPLY == ephemeral_port_t ]] || echo "$port $REPLY"
      done`,
    );
    const types = new Map(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ") as [string, string]),
    );
    const allowed = Array.from({ length: 65535 }, (_, index) => index + 1).flatMap((port) => {
      const type = allowedPortType(port);
      return type === undefined ? [] : [[String(port), type]];
    });
    const names = new Set(allowed.map(([, type]) => type));
    expect(names.size).toBe(7);
    expect([...types].filter(([, type]) => names.has(type))).toEqual(allowed);
  });

  it("is that which semanage has set on the host", async () => {
    const local =
      "# This file is auto-generated by libsemanage\nportcon udp 8181 system_u:object_r:dns_port_t:s0\nportcon tcp 8181 system_u:object_r:http_port_t:s0\nportcon tcp 8000-8010 system_u:object_r:range_port_t:s0\n";
    expect(await typeOf(8181, local)).toBe("http_port_t");
    expect(await typeOf(8010, local)).toBe("range_port_t");
    expect(await typeOf(8011, local)).toBe("unreserved_port_t");
  });
});

describe("a port that the policy forbids", () => {
  /** The answers of the kernel by type. */
  const forbids = async (port: number, answers: Record<string, string>, mode = "1") => {
    writeFileSync(at("selinux/enforce"), mode);
    const cases = Object.entries(answers).map(([type, answer]) => `${type}) REPLY=${answer} ;;`);
    const { stdout, stderr } = await shell(
      `selinux_ask() { REPLY=""; [[ "$1 $3 $4" == "httpd_t tcp_socket name_bind" ]] || return 1; case $2 in ${cases.join(" ")} *) ;; esac; }
      if selinux_forbids_port httpd_t ${port} name_bind; then echo yes; else echo no; fi`,
    );
    return `${stdout}${stderr}`.trim();
  };

  it("is one that the kernel says no to", async () => {
    expect(await forbids(8181, { unreserved_port_t: "no" })).toBe("yes");
    expect(await forbids(8181, { unreserved_port_t: "yes" })).toBe("no");
    expect(await forbids(80, { http_port_t: "yes", reserved_port_t: "no" })).toBe("no");
  });

  it("is asked for by its range if the policy does not know its type", async () => {
    expect(await forbids(8140, { unreserved_port_t: "no" })).toBe("yes");
  });

  it("is none if the kernel does not answer, or does not enforce its policy", async () => {
    expect(await forbids(8181, {})).toBe("no");
    expect(await forbids(8181, { unreserved_port_t: "no" }, "0")).toBe("no");
  });
});
