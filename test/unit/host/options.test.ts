// Options of modules: the file that modprobe reads, and what is said where the module is loaded already. On a host in a folder.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFinding } from "../../../components/remote/probe";
import { renderDocument } from "../../../components/render/document";
import { FakeHost } from "../../walks/fake/host";
import { eachFolder } from "./folder";
import { runShell } from "./shell";

let root: string;
let host: FakeHost;
eachFolder((folder) => {
  root = join(folder, "host");
  mkdirSync(root);
  host = new FakeHost(root);
});

const file = "etc/modprobe.d/pulumi-lvs.conf";
const parameter = "sys/module/ip_vs/parameters/conn_tab_bits";
const text = (path: string) => readFileSync(join(root, path), "utf8");
const write = (path: string, content: string) => writeFileSync(join(root, path), content);

const one = "web/prod/Director/d1";
const other = "web/prod/VirtualService/x-d1";
const document = (bits: number | undefined, owner = one) =>
  renderDocument(owner, {
    drain: 0,
    modules: ["ip_vs", "ip_vs_rr"],
    moduleOptions: bits === undefined ? {} : { "ip_vs.conn_tab_bits": `${bits}` },
  });
const look = async (bits: number | undefined, owner = one) => {
  const { code, stdout, said } = await host.look(document(bits, owner));
  expect({ code, said }).toEqual({ code: 0, said: stdout });
  return readFinding("d1", stdout);
};

/** What a run prints. It fails here unless its status is as expected. */
async function run(verb: string, bits: number | undefined, owner = one, status = 0): Promise<string> {
  const { code, said } = await host.run(verb, `# generation 1\n${document(bits, owner)}`);
  expect(code, said).toBe(status);
  return said;
}

const loadedWith = (bits: number, wanted: number) =>
  `module ip_vs is loaded with conn_tab_bits ${bits}: ${wanted} counts from its next load, usually the next boot`;

describe("an option of a module", () => {
  it("is in the file before the module is loaded", async () => {
    expect((await look(16)).deferred).toEqual([]);
    expect(await run("apply", 16)).not.toContain("note: ");
    expect(text(file)).toBe("options ip_vs conn_tab_bits=16\n");
    expect(text(parameter)).toBe("16\n");
    expect(await look(16)).toMatchObject({ drift: [], reasons: [], deferred: [], unfinished: false });
  });

  it("counts from the next load where the module is loaded, as looks and the change say", async () => {
    await host.shell("modprobe ip_vs");
    expect((await look(16)).deferred).toEqual([loadedWith(12, 16)]);
    expect(await run("apply", 16)).toContain(`note: ${loadedWith(12, 16)}\n`);
    expect(text(parameter)).toBe("12\n");
    expect(await look(16)).toMatchObject({ drift: [], deferred: [loadedWith(12, 16)] });
    expect(await run("update", 16)).not.toContain("note: ");
    await host.power();
    expect(text(parameter)).toBe("16\n");
    expect(await look(16)).toMatchObject({ drift: [], deferred: [] });
  });

  it("may be more than a kernel takes, as is said as well", async () => {
    await host.shell("modprobe ip_vs");
    expect((await look(24)).deferred).toEqual([
      `${loadedWith(12, 24)}, if the kernel takes it: some take at most 20, others what memory allows (journalctl -k -g 'Connection hash table')`,
    ]);
  });

  it("changes in the file alone", async () => {
    await run("apply", 16);
    expect(await run("update", 18)).toContain(`note: ${loadedWith(16, 18)}\n`);
    expect(text(file)).toBe("options ip_vs conn_tab_bits=18\n");
    expect(text(parameter)).toBe("16\n");
  });

  it("leaves with its argument: the module goes on with it", async () => {
    await run("apply", 16);
    expect(await run("update", undefined)).toContain(
      "note: module ip_vs stays loaded with conn_tab_bits 16 until its next load, usually the next boot\n",
    );
    expect(existsSync(join(root, file))).toBe(false);
    expect(await look(undefined)).toMatchObject({ drift: [], deferred: [] });
  });

  it("is given back with the module", async () => {
    await host.differences();
    await run("apply", 16);
    expect(await run("remove", 16)).not.toContain("note: ");
    expect(await host.differences()).toEqual([]);
  });

  it.each([
    ["has removed it", () => rmSync(join(root, file)), []],
    [
      "has edited it",
      () => write(file, "options ip_vs conn_tab_bits=16 # mine\n"),
      ["found module option ip_vs.conn_tab_bits = unknown: FILE was edited"],
    ],
    [
      "has changed its value",
      () => write(file, "options ip_vs conn_tab_bits=9\n"),
      ["found module option ip_vs.conn_tab_bits = 9"],
    ],
  ])("is put right where somebody %s", async (_, spoil, found) => {
    await run("apply", 16);
    spoil();
    expect((await look(16)).drift).toEqual([
      "lost  module option ip_vs.conn_tab_bits = 16",
      ...found.map((line) => line.replace("FILE", join(root, file))),
    ]);
    await run("update", 16);
    expect(text(file)).toBe("options ip_vs conn_tab_bits=16\n");
    expect((await look(16)).drift).toEqual([]);
  });

  it("stays until the last owner has released it", async () => {
    await run("apply", 16);
    await run("apply", 16, other);
    await run("remove", 16);
    expect(text(file)).toBe("options ip_vs conn_tab_bits=16\n");
    await run("remove", 16, other);
    expect(existsSync(join(root, file))).toBe(false);
  });

  it.each([16, 9])("that was there before, as %d, is given back", async (before) => {
    write(file, `options ip_vs conn_tab_bits=${before}\n`);
    await host.differences();
    await run("apply", 16);
    expect(text(file)).toBe("options ip_vs conn_tab_bits=16\n");
    await run("remove", 16);
    expect(await host.differences()).toEqual([]);
  });

  it("has one value: another owner's other one is refused", async () => {
    await run("apply", 16);
    const sentence = `[options] "ip_vs.conn_tab_bits = 14" is wanted by ${other}, but ${one} has "ip_vs.conn_tab_bits = 16" there; let one of the two declare it, or make them equal (if that is a former name of this one, see docs/names.md)`;
    expect((await look(14, other)).reasons).toEqual([sentence]);
    expect(await run("apply", 14, other, 1)).toContain(`error: ${sentence}\n`);
    expect(text(file)).toBe("options ip_vs conn_tab_bits=16\n");
  });
});

describe("an option of a module is refused, and nothing is touched,", () => {
  const refused = async (sentence: string) => {
    await host.differences();
    expect((await look(16)).reasons).toEqual([sentence]);
    expect(await run("apply", 16, one, 1)).toContain(`error: ${sentence}\n`);
    // (The program stays, for the change that follows.)
    const left = (await host.differences()).filter(
      (each) => !/^var\/lib\/pulumi-lvs(\/program)?: /.test(each),
    );
    expect(left.map((each) => each.slice(0, 200))).toEqual([]);
  };
  const at = (path: string) => join(root, path);

  it("where somebody else has a file of that name", async () => {
    write(file, "options ip_vs conn_tab_bits=16 debug=1\n");
    await refused(
      `this host has something at ${at(file)} that is not known to be this package's, and the option conn_tab_bits=16 of module ip_vs is to be there: look at it, and move it away`,
    );
  });

  it("where there is a folder of that name", async () => {
    mkdirSync(at(file));
    await refused(
      `this host has something at ${at(file)} that is not known to be this package's, and the option conn_tab_bits=16 of module ip_vs is to be there: look at it, and move it away`,
    );
  });

  it.each(["options ip_vs conn_tab_bits=14", " options  ip-vs debug=1 conn_tab_bits=16"])(
    "where another file has it: %s",
    async (line) => {
      write("etc/modprobe.d/lvs.conf", `# ours\n${line}\n`);
      await refused(
        `${at("etc/modprobe.d/lvs.conf")} of this host has "${line}", and conn_tab_bits of module ip_vs is to be 16: remove it there, or leave it out here`,
      );
    },
  );

  it.each([
    "# options ip_vs conn_tab_bits=14",
    "options ip_vs_x conn_tab_bits=9",
    "options ip_vs no_conn_tab_bits=9",
  ])("but not where another file only looks like it: %s", async (line) => {
    write("etc/modprobe.d/lvs.conf", `${line}\n`);
    expect((await look(16)).reasons).toEqual([]);
  });

  const asked = async (lines: string) => {
    const facts = "options\tip_vs.conn_tab_bits = 16\n";
    const { status, stdout, stderr } = await runShell(
      ["report.sh", "durable.sh", "files.sh", "options.sh"],
      `STATE=${root}; OPTIONS_FILE=${root}/x OPTIONS_FOLDERS=(); ${lines}; options_refused $'${facts.replaceAll("\t", "\\t").replaceAll("\n", "\\n")}'; printf %s "$REPLY"`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  };

  it.each(["ip_vs.conn_tab_bits=14", "quiet ip-vs.conn_tab_bits=14 splash"])(
    "where the kernel's command line has it: %s",
    async (line) => {
      write("cmdline", `${line}\n`);
      expect(await asked(`OPTIONS_COMMAND_LINE=${root}/cmdline`)).toBe(
        "the command line of this host's kernel has conn_tab_bits of module ip_vs, which is to be 16: remove it there, or leave it out here",
      );
    },
  );

  it("where the module is built into the kernel", async () => {
    write("cmdline", "quiet x_ip_vs.conn_tab_bits=9\n");
    const builtIn = `grep() { [[ "$*" == *modules.builtin ]]; }; exec() { return 1; }`;
    expect(await asked(`OPTIONS_COMMAND_LINE=${root}/cmdline; ${builtIn}`)).toMatch(
      /^module ip_vs is built into kernel \S+ of this host, so no file sets its options: give ip_vs\.conn_tab_bits=16 on the kernel's command line, and leave it out here$/,
    );
    expect(await asked(`OPTIONS_COMMAND_LINE=${root}/cmdline; grep() { return 1; }`)).toBe("");
  });
});
