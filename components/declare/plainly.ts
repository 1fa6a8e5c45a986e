import type * as pulumi from "@pulumi/pulumi";

/** An Output's value without what it depends on; undefined where it is not known (the SDK's own as well). */
export interface Plain<Value> {
  promise(): Promise<Value | undefined>;
}

/** The value without what it depends on; the other one where it is not known. */
export function plainly<Value>(output: pulumi.Output<Value>, otherwise: Value): Promise<Value> {
  return (output as unknown as Plain<Value>).promise().then((known) => known ?? otherwise);
}
