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
 * The same from inside of an `apply`: returned, not thrown. The SDK has node's debugger on, and at every throw V8 then asks
 * whether anybody will catch it, along every way through the promises that wait: their number doubles with each Output that
 * is used twice, and the program never ends.
 */
export function stopped(component: pulumi.ComponentResource, message: string): Promise<never> {
  return Promise.reject(stop(component, message));
}
