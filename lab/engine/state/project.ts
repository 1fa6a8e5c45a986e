import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { Refused } from "../wire/values.js";
import type { Crypter } from "./passphrase.js";

export interface Project {
  name: string;
  directory: string;
  entry: string;
  nodeArguments: string[];
  options: Record<string, unknown>;
  /** Defaults that Pulumi.yaml gives to the project's configuration. */
  defaults: Record<string, unknown>;
}

interface ProjectFile {
  name?: string;
  runtime?: string | { name: string; options?: Record<string, unknown> };
  main?: string;
  config?: Record<string, unknown>;
}

export function readProject(directory: string): Project {
  const path = join(directory, "Pulumi.yaml");
  if (!existsSync(path))
    throw new Error(`no Pulumi.yaml in ${directory}: --cwd must name a Pulumi project's directory`);
  const file = parse(readFileSync(path, "utf8")) as ProjectFile;
  if (!file.name) throw new Error(`${path} has no name`);
  const runtime = typeof file.runtime === "string" ? { name: file.runtime } : file.runtime;
  if (runtime?.name !== "nodejs")
    throw new Refused(`the runtime ${JSON.stringify(runtime?.name)} (only nodejs)`);
  const options = runtime.options ?? {};
  const nodeArguments =
    typeof options.nodeargs === "string" ? options.nodeargs.split(/\s+/).filter(Boolean) : [];
  return {
    name: file.name,
    directory,
    entry: file.main ?? ".",
    nodeArguments,
    options,
    defaults: file.config ?? {},
  };
}

/** Pulumi.STACK.yaml: its values by full key (`project:key`), and the salt of its secrets. */
export class StackConfig {
  private readonly file: { encryptionsalt?: string; config?: Record<string, unknown> };
  constructor(
    readonly path: string,
    private readonly project: Project,
  ) {
    this.file = existsSync(path) ? ((parse(readFileSync(path, "utf8")) ?? {}) as StackConfig["file"]) : {};
  }

  get salt(): string | undefined {
    return this.file.encryptionsalt;
  }

  /** Like the CLI's `--config`, what is set is kept in the stack's file. */
  set(key: string, value: string): void {
    const full = key.includes(":") ? key : `${this.project.name}:${key}`;
    this.file.config = { ...this.file.config, [full]: value };
    this.save();
  }

  useSalt(salt: string): void {
    this.file.encryptionsalt = salt;
    this.save();
  }

  private save(): void {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, stringify(this.file), { mode: 0o600 });
  }

  /** What the program is given, and which of it is secret. */
  resolve(crypter: Crypter): { values: Record<string, string>; secrets: string[] } {
    const values: Record<string, string> = {};
    const secrets: string[] = [];
    for (const [key, raw] of Object.entries(this.project.defaults)) {
      const schema = raw as { default?: unknown; value?: unknown } | null;
      const given = typeof schema === "object" && schema !== null ? (schema.value ?? schema.default) : raw;
      if (given !== undefined)
        values[key.includes(":") ? key : `${this.project.name}:${key}`] = asText(given);
    }
    for (const [key, raw] of Object.entries(this.file.config ?? {})) {
      if (isSecure(raw)) {
        values[key] = crypter.decrypt(raw.secure);
        secrets.push(key);
        continue;
      }
      const opened = openNested(raw, crypter);
      values[key] = asText(opened.value);
      if (opened.secret) secrets.push(key);
    }
    return { values, secrets };
  }
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isSecure = (raw: unknown): raw is { secure: string } =>
  typeof raw === "object" && raw !== null && typeof (raw as { secure?: unknown }).secure === "string";

function openNested(raw: unknown, crypter: Crypter): { value: unknown; secret: boolean } {
  if (isSecure(raw)) return { value: crypter.decrypt(raw.secure), secret: true };
  if (typeof raw !== "object" || raw === null) return { value: raw, secret: false };
  const children = Object.entries(raw).map(([key, child]) => [key, openNested(child, crypter)] as const);
  const values = children.map(([key, child]) => [key, child.value] as const);
  return {
    value: Array.isArray(raw) ? values.map(([, value]) => value) : Object.fromEntries(values),
    secret: children.some(([, child]) => child.secret),
  };
}
