import * as pulumi from "@pulumi/pulumi";

/** Runs the program that the configuration names, in the phase that it names. */
const config = new pulumi.Config();
type Outputs = Record<string, pulumi.Input<unknown>> | undefined;
// eslint-disable-next-line @typescript-eslint/no-require-imports
const program = require(`./${config.require("program")}`) as { default: (phase: number) => Outputs };

module.exports = program.default(config.requireNumber("phase"));
