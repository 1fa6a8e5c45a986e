import * as pulumi from "@pulumi/pulumi";

/**
 * The error that ends a program and is shown under its component. An error that comes out of an Output is printed by
 * its stack, whatever `hideStack` says, so the stack is the message: where in this package it was thrown helps nobody.
 */
export function stop(component: pulumi.ComponentResource, message: string): pulumi.ResourceError {
  const error = new pulumi.ResourceError(message, component, true);
  error.stack = message;
  // The SDK also inspects the error as a whole. Through the component that is the whole program, which may take for ever.
  Object.defineProperty(error, "resource", { enumerable: false });
  return error;
}

/**
 * The same from inside of an `apply`: return this rejection, never throw. The SDK enables node's inspector, so V8 predicts for each throw whether it is
 * caught, by walking all pending promises. Each shared Output doubles the paths, and a large program hangs.
 */
export function stopped(component: pulumi.ComponentResource, message: string): Promise<never> {
  return Promise.reject(stop(component, message));
}
