// The ports of a web server: the file is read, the server is reloaded, and ports that it cannot have are named.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WebServerKind } from "../../../components/args/enums";
import { systems } from "../../../components/host/systems";
import { webServerFiles } from "../../../components/render/webServer";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const file = () => at("pulumi-lvs.conf");

eachFolder((made) => {
  folder = made;
});

const listening = (ports: (number | string)[]) =>
  ports.map((port) => `LISTEN 0 511 ${port} 0.0.0.0:* users:(("other",pid=7,fd=6))`).join("\n");

interface Server {
  active?: boolean | "reloading";
  /** What listens after each look with ss, the last one from then on. */
  seen?: (number | string)[][];
  reload?: string;
  forbidden?: number[];
}

function shell(lines: string, { active = true, seen = [[]], reload = ":", forbidden = [] }: Server = {}) {
  seen.forEach((ports, index) =>
    writeFileSync(
      at(`seen${index}`),
      listening(ports.map((port) => (typeof port === "number" ? `[::]:${port}` : port))),
    ),
  );
  return runShell(
    [...stateParts, "files.sh", "place.sh", "webServer.sh", "units.sh"],
    `VERB=apply STATE=${at("state")} SELINUX=/none LIVE="" PLAIN="" CLAIMED="" INTERRUPTED="" LOOKS=0
    WEB_UNITS=([${file()}]=nginx.service)
    exec() { "$@"; }
    sleep() { :; }
    ss() {
      local looks=0
      [[ ! -e ${at("looks")} ]] || looks=$(<${at("looks")})
      echo $((looks + 1)) >${at("looks")}
      ((looks < ${seen.length})) || looks=$((${seen.length} - 1))
      cat ${at("seen")}$looks
    }
    systemctl() {
      case $1 in
        show) echo ActiveState=${active === true ? "active" : active || "inactive"} ;;
        *) echo "$*" >>${at("calls")}; ${reload} ;;
      esac
    }
    selinux_enforces() { :; }
    selinux_forbids_port() { [[ " ${forbidden.join(" ")} " == *" $2 "* ]]; }
    ${lines}`,
  );
}
const calls = () => (existsSync(at("calls")) ? readFileSync(at("calls"), "utf8").trim().split("\n") : []);
const nginx = (...ports: number[]) =>
  ports
    .map((port) => `server {\\n    listen       ${port};\\n    listen       [::]:${port};\\n}\\n`)
    .join("");
const fact = (content: string) => `files\t${file()} mode=0644 owner=root group=root content=${content}`;
const quoted = (text: string) => `'${text}'$'\\n'`;

describe("the ports in a file", () => {
  it.each([
    ["nginx's", nginx(81, 8080), "81 8080 "],
    ["httpd's", "Listen 81\\n<VirtualHost *:81>\\n</VirtualHost>\\nListen 8080\\n", "81 8080 "],
    ["none", "# listen\\n", ""],
    ["a half", "server { listen", ""],
  ])("%s", async (_, content, ports) => {
    const { stdout, stderr } = await shell(`web_ports_in '${content}'; printf '%s' "$REPLY"`);
    expect({ stdout, stderr }).toEqual({ stdout: ports, stderr: "" });
  });
});

// (A web server that is missing in WEB_UNITS would be neither reloaded nor checked.)
describe.each(Object.values(WebServerKind))("the file of ports in a document: %s", (kind) => {
  it.each(systems.map(({ name }) => name))("is known on %s, by its unit and its ports", async (system) => {
    const facts = [
      ...webServerFiles({ kind, ports: [8080, 81] }, "").map(
        ({ path, content }) =>
          `files\t${path} mode=0644 owner=root group=root content=${content.replaceAll("\n", "\\n")}`,
      ),
      `units\t${kind}.service enabled active`,
    ];
    const { stdout, stderr } = await runShell(
      [...stateParts, "webServer.sh"],
      `SYSTEM=${system}
      system_rename "$(cat)"$'\n'
      facts=$REPLY
      web_facts_of "$facts"
      file=\${FACTS_OF[0]}
      web_ports_in "$file"
      facts_of units "$facts"
      echo "\${WEB_UNITS[\${file%% *}]} $REPLY/ \${FACTS_OF[0]%% *}"`,
      facts.join("\n"),
    );
    const [found, unit] = stdout.trim().split("/ ");
    expect({ found, stderr }).toEqual({ found: `${unit} 81 8080 `, stderr: "" });
  });
});

describe("a change of the file", () => {
  const change = (content: string) =>
    `files_set "${file()} mode=0644 owner=root group=root content=${content.replaceAll("\\n", "\\\\n")}"; web_reload; web_reload`;

  it("reloads a web server that runs, once, and waits until it listens", async () => {
    const { status, stdout, stderr } = await shell(change(nginx(8080)), { seen: [[], [80], [80, 8080]] });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(calls()).toEqual(["reload -- nginx.service"]);
  });

  it("reloads none that does not run", async () => {
    expect(await shell(change(nginx(8080)), { active: false })).toMatchObject({ status: 0, stderr: "" });
    expect(calls()).toEqual([]);
  });

  it("reloads one that is being reloaded once more", async () => {
    const { status } = await shell(change(nginx(8080)), { active: "reloading", seen: [[8080]] });
    expect([status, calls()]).toEqual([0, ["reload -- nginx.service"]]);
  });

  it("goes on with a removal if the owner's configuration is broken, with a note", async () => {
    writeFileSync(file(), "listen 81;\n");
    const { status, stdout, stderr } = await shell(
      `VERB=remove; files_unset ${file()} -; web_reload; echo end`,
      {
        seen: [[81]],
        reload: "echo broken; return 1",
      },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `note: nginx.service cannot be reloaded after a change of ${file()}: broken; look at its configuration and at: journalctl -u nginx.service\nend\n`,
      stderr: "",
    });
  });

  it("reloads none for another file", async () => {
    const { status } = await shell(
      `files_set "${at("page")} mode=0644 owner=root group=root content=x"; web_reload`,
    );
    expect([status, calls()]).toEqual([0, []]);
  });

  it("fails if the reload fails, or the server does not listen, with what SELinux forbids", async () => {
    const plain = `PLAIN=${quoted(fact(nginx(8181)))}; `;
    const failed = await shell(plain + change(nginx(8181)), {
      reload: "echo broken; return 1",
      forbidden: [8181],
    });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toBe(
      `SELinux of this host does not let a web server listen at port 8181: semanage port -a -t http_port_t -p tcp 8181 (package policycoreutils-python-utils; -m in the place of -a if the port has another type)
error: nginx.service cannot be reloaded after a change of ${file()}: broken; look at its configuration and at: journalctl -u nginx.service
`,
    );
    const deaf = await shell(change(nginx(8181)), { seen: [[80]] });
    expect(deaf.status).toBe(1);
    expect(deaf.stderr).toBe(
      `error: nginx.service was reloaded and does not listen at port 8181, as ${file()} says; look at: journalctl -u nginx.service; ss -ltn\n`,
    );
  });

  it("waits until ports that have left the file are free, also when the file is removed", async () => {
    writeFileSync(file(), "listen 81;\nlisten 82;\n");
    const remove = `files_unset ${file()} -; web_reload`;
    const { status, stdout } = await shell(remove, { seen: [[81, 82], [82], [80]] });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(existsSync(file())).toBe(false);
    expect(readFileSync(at("looks"), "utf8")).toBe("3\n");
  });

  it("leaves a note if somebody goes on listening at such a port", async () => {
    writeFileSync(file(), "listen 81;\n");
    const { status, stdout } = await shell(`files_unset ${file()} -; web_reload`, { seen: [[81]] });
    expect(status).toBe(0);
    expect(stdout).toContain("note: nginx.service was reloaded after a change of");
    expect(stdout).toContain("still listens at one of the ports 81; look at: ss -ltnp");
  });

  it("that a killed run has made is followed by a reload in the next one", async () => {
    writeFileSync(file(), "listen 81;\n");
    const lines = `INTERRUPTED=yes PLAIN=${quoted(fact("listen 81;"))}; web_reload`;
    expect(await shell(lines, { seen: [[81]] })).toMatchObject({ status: 0, stderr: "" });
    expect(calls()).toEqual(["reload -- nginx.service"]);
  });
});

describe("a port that another program has", () => {
  const taken = async (wanted: string, server: Server, claimed = "") => {
    const { stdout, stderr } = await shell(
      `${claimed === "" ? "" : `CLAIMED=${quoted(claimed)};`} web_ports_taken ${quoted(wanted)}; printf '%s' "$REPLY"`,
      server,
    );
    return stdout + stderr;
  };
  const sentence = (port: number) =>
    `port ${port} of this host, at which nginx.service is to listen, is taken already by users:(("other",pid=7,fd=6)): give the web server another port, or stop that program`;

  it("is refused, at whichever address", async () => {
    for (const place of ["0.0.0.0:8080", "[::]:8080", "198.18.0.21:8080", "*:8080"])
      expect(await taken(fact(nginx(80, 8080)), { seen: [[place]] })).toBe(sentence(8080));
    expect(await taken(fact(nginx(8080)), { seen: [[80, 18080]] })).toBe("");
  });

  it("is no other's if it is claimed, and only the new one is looked for", async () => {
    expect(await taken(fact(nginx(81)), { seen: [[81]] }, fact(nginx(81)))).toBe("");
    expect(await taken(fact(nginx(81, 82)), { seen: [[81, 82]] }, fact(nginx(81)))).toBe(sentence(82));
  });

  it("starts no process where the file is as wanted", async () => {
    writeFileSync(file(), "listen 81;");
    expect(await taken(fact("listen 81;"), { seen: [[81]] })).toBe("");
    expect(existsSync(at("looks"))).toBe(false);
  });
});
