import * as pulumi from "@pulumi/pulumi";

/**
 * Prints a message for a component. A log waits until its component is registered. That never happens if a dependency of the component has
 * failed: that is already an error, and the SDK would add an error for every log.
 */
export function say(severity: "info" | "warn", message: string, component: pulumi.ComponentResource): void {
  const { urn } = component as unknown as { urn: { promise(): Promise<string> } };
  const speak = () => pulumi.log[severity](message, component);
  urn.promise().then(speak, () => undefined);
}
