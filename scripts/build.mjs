// Compiles the package into bin/ and copies the host program's parts beside it (tsc only moves TypeScript).
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
if (existsSync(tsc)) {
  // What an earlier build has left there, and this one does not make, would be part of the package.
  rmSync(join(root, "bin"), { recursive: true, force: true });
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
  const from = join(root, "components", "host");
  const to = join(root, "bin", "components", "host");
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from, { recursive: true })) {
    if (file.endsWith(".sh") || file.endsWith(".awk")) cpSync(join(from, file), join(to, file));
  }
}
