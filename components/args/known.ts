import type * as pulumi from "@pulumi/pulumi";

/** Arguments as their user wrote them, with all Outputs in them known. */
export type Known<Args> = pulumi.Unwrap<Args>;
