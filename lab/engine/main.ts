import { exitCodes, perform } from "./operation.js";
import { parseOptions, UsageError } from "./options.js";

/** `tsx lab/engine/main.ts OPERATION …`: one operation of one stack, and an exit code like the CLI's. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  process.stderr.write(
    "This is the lab's engine, a small stand-in for the Pulumi CLI: it knows components and commands only.\n",
  );
  const cancel = new AbortController();
  process.on("SIGINT", () => {
    if (cancel.signal.aborted) process.exit(130);
    process.stderr.write(
      "Cancelling: running commands are cut off, the state is saved. Once more to end at once.\n",
    );
    cancel.abort();
  });
  process.on("SIGTERM", () => cancel.abort());
  const output = {
    out: (text: string): void => void process.stdout.write(text),
    error: (text: string): void => void process.stderr.write(text),
    coloured: process.stdout.isTTY === true && !process.env.NO_COLOR,
  };
  return perform(options, output, cancel.signal);
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  },
);
