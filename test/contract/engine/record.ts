import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { labEngine, pulumiCli } from "./drivers.js";
import { goldenPath, runProgram } from "./runProgram.js";
import { table } from "./table.js";

/** `tsx record.ts [--engine pulumi|lab] [--print] [NAME …]`: runs programs of the table and records the results. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { engine: { type: "string", default: "pulumi" }, print: { type: "boolean", default: false } },
  });
  const driver = { pulumi: pulumiCli, lab: labEngine }[values.engine];
  if (!driver) throw new Error(`--engine must be pulumi or lab, not ${values.engine}`);
  if (driver === labEngine && !values.print) {
    throw new Error("golden results come from the CLI; the lab's engine's own are shown with --print only");
  }
  for (const name of positionals.length > 0 ? positionals : Object.keys(table)) {
    if (!table[name])
      throw new Error(`no program ${name} in the table: it has ${Object.keys(table).join(", ")}`);
    const results = await runProgram(name, driver);
    const text = `${JSON.stringify(results, null, 1)}\n`;
    if (values.print) process.stdout.write(text);
    else writeFileSync(goldenPath(name), text);
    process.stderr.write(
      `${name}: ${results.map(({ run, code }) => `${run.operation} ${run.phase} → ${code}`).join(", ")}\n`,
    );
  }
}

main().catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
