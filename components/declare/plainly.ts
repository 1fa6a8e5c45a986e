import type * as pulumi from "@pulumi/pulumi";

/** An Output's value without its dependencies; undefined if it is not known (the SDK does the same). */
export interface Plain<Value> {
  promise(): Promise<Value | undefined>;
}

/** The value without its dependencies; `otherwise` if it is not known. */
export function plainly<Value>(output: pulumi.Output<Value>, otherwise: Value): Promise<Value> {
  return (output as unknown as Plain<Value>).promise().then((known) => known ?? otherwise);
}
