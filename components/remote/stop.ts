import * as pulumi from "@pulumi/pulumi";

/**
 * The error that ends a program and is shown under its component. An error that comes out of an Output is printed by
 * its stack, whatever `hideStack` says, so the stack is the message: where in this package it was thrown helps nobody.
 */
export function stop(component: pulumi.ComponentResource, message: string): pulumi.ResourceError {
  const error = new pulumi.ResourceError(message, component, true);
  error.stack = message;
  return error;
}
