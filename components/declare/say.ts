import * as pulumi from "@pulumi/pulumi";

/**
 * Says something beside a component. A log waits for its component to be registered, which never happens when something that the
 * component depends on has failed: that is an error by itself, and the SDK would add one for every log.
 */
export function say(severity: "info" | "warn", message: string, component: pulumi.ComponentResource): void {
  const { urn } = component as unknown as { urn: { promise(): Promise<string> } };
  const speak = () => pulumi.log[severity](message, component);
  urn.promise().then(speak, () => undefined);
}
