// A host in a folder: the program's own text, with the folder in front of the paths that it names, and stand-ins for the programs that it
// calls.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hostProgram } from "../../../components/host/program";
import type { Ground, Ran } from "../walk";

const bin = join(__dirname, "bin");
/** The programs that change the host, apart from the stand-ins. */
const doomed = [...readdirSync(bin), "mv", "rm", "mkdir", "rmdir", "ln", "mktemp"];

const folders = [
  "var/lib",
  "etc/modprobe.d",
  "etc/modules-load.d",
  "etc/sysctl.d",
  "etc/systemd/system/multi-user.target.wants",
  "srv",
  "sys/module",
  "sys/class/net/eth0",
  "sys/class/net/lo",
  "proc/sys/net/ipv4/conf/eth0",
];

export class FakeHost implements Ground {
  private before: Map<string, string> | undefined;

  constructor(readonly root: string) {
    for (const folder of [...folders, "doomed"]) mkdirSync(join(root, folder), { recursive: true });
    for (const name of doomed) symlinkSync(join(__dirname, "doomed"), join(root, "doomed", name));
    writeFileSync(join(root, "etc/os-release"), 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"\n');
    this.forgetBoot();
    const text = changed(
      hostProgram().replaceAll("/proc/net/ip_vs", `${root}/sys/module/ip_vs`),
      /(?<![\w$}\\])\/(?=(var\/lib|etc|proc\/sys|sys\/module|sys\/class\/net|sys\/fs\/cgroup|sys\/fs\/selinux)\b)/g,
      `${root}/`,
    );
    const withPath = (path: string) => changed(text, "PATH=/usr/sbin", `PATH=${path}:/usr/sbin`);
    writeFileSync(join(root, "program"), withPath(bin));
    writeFileSync(join(root, "program.doomed"), withPath(`${root}/doomed:${bin}`));
  }

  /** The state at the beginning of a boot. */
  private forgetBoot(): void {
    const at = (name: string) => join(this.root, name);
    rmSync(at("sys/module"), { recursive: true });
    mkdirSync(at("sys/module"));
    rmSync(at("proc/sys/net/ipv4/vs"), { recursive: true, force: true });
    writeFileSync(at("proc/sys/net/ipv4/conf/eth0/rp_filter"), "0\n");
    writeFileSync(at("table"), "");
    for (const name of ["nft", "routes", "connections"]) rmSync(at(name), { force: true });
    writeFileSync(at("addresses"), "127.0.0.1/8 lo\n198.18.0.11/24 eth0\n");
  }

  look = (document: string) => this.bash([join(this.root, "program"), "observe"], document);

  run = (verb: string, stdin: string) => this.bash([join(this.root, "program"), verb], stdin);

  /** Returns whether the run was killed. (It may have ended with fewer calls.) */
  async kill(verb: string, stdin: string, after: number): Promise<boolean> {
    writeFileSync(join(this.root, "doom"), String(1 + (after % 60)));
    await this.bash([join(this.root, "program.doomed"), verb], stdin);
    const survived = existsSync(join(this.root, "doom"));
    rmSync(join(this.root, "doom"), { force: true });
    return !survived;
  }

  async shell(lines: string): Promise<string> {
    const { code, stdout, said } = await this.bash(["-c", `PATH=${bin}:$PATH; ${lines}`], "");
    if (code !== 0) throw new Error(`${lines}: ${said}`);
    return stdout.trimEnd();
  }

  async power(): Promise<void> {
    this.forgetBoot();
    const unit = join(this.root, "etc/systemd/system/pulumi-lvs.service");
    if (
      !existsSync(unit) ||
      !existsSync(join(this.root, "etc/systemd/system/multi-user.target.wants/pulumi-lvs.service"))
    )
      return;
    for (const [, command] of readFileSync(unit, "utf8").matchAll(/^ExecStart=-?(.*)$/gm))
      await this.shell(`${command} || :`);
  }

  differences(): Promise<string[]> {
    this.fed();
    const now = this.snapshot();
    const before = (this.before ??= now);
    const all = [...new Set([...before.keys(), ...now.keys()])].sort();
    return Promise.resolve(
      all.flatMap((path) => {
        const [old, found] = [before.get(path), now.get(path)];
        return old === found ? [] : [`${path}: ${old ?? "nothing"} is now ${found ?? "nothing"}`];
      }),
    );
  }

  /** The kernel's table. (ipvsadm, asked for it, would load the module.) */
  table = () => readFileSync(join(this.root, "table"), "utf8").split("\n").slice(0, -1);

  /** The input of `ipvsadm` since the last call of this function. */
  fed(): string[] {
    const at = join(this.root, "fed");
    const lines = existsSync(at) ? readFileSync(at, "utf8").split("\n").slice(0, -1) : [];
    rmSync(at, { force: true });
    return lines;
  }

  private snapshot(): Map<string, string> {
    // (A module goes on with the options with which it was loaded.)
    const paths = readdirSync(this.root, { recursive: true, encoding: "utf8" }).filter(
      (path) => !path.startsWith("sys/module/ip_vs/parameters"),
    );
    return new Map(
      paths.sort().map((path) => {
        const at = join(this.root, path);
        const { mode } = statSync(at, { throwIfNoEntry: false }) ?? {};
        return [path, `${mode?.toString(8)} ${contentOf(at)}`];
      }),
    );
  }

  private bash(argv: string[], stdin: string): Promise<Ran> {
    return new Promise((resolve, reject) => {
      // (A group of processes of its own, which `doomed` ends.)
      const child = spawn("bash", argv, {
        detached: true,
        env: { PATH: process.env["PATH"], FAKE: this.root },
        cwd: "/",
      });
      let [stdout, said] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
        said += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? 137, stdout, said }));
      child.stdin.on("error", () => undefined);
      child.stdin.end(stdin);
    });
  }
}

function contentOf(path: string): string {
  try {
    return JSON.stringify(readFileSync(path, "utf8"));
  } catch {
    return "";
  }
}

/**
 * Replaces something in a text; fails if it is not in the text. (A program without the change would change the machine on which the tests
 * run.)
 */
function changed(text: string, what: string | RegExp, by: string): string {
  const other = text.replace(what, by);
  if (other === text) throw new Error(`the host's program has no ${String(what)} any more`);
  return other;
}
