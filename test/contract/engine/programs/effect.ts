import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

type Args = command.local.CommandArgs;

/** A shell command that leaves one line in the log of side effects, and prints it. */
export const note = (text: string): string => `echo ${text} | tee -a "$EFFECTS"`;

/** A command whose every verb leaves its mark. */
export function effect(
  name: string,
  more: Args = {},
  options?: pulumi.CustomResourceOptions,
): command.local.Command {
  const args: Args = { create: note(`create ${name}`), delete: note(`delete ${name}`), ...more };
  return new command.local.Command(name, args, options);
}
