import * as pulumi from "@pulumi/pulumi";

/**
 * The error that ends a program and is shown under its component. If an error comes out of an Output, Pulumi prints its stack, whatever
 * `hideStack` says. So the stack is set to the message: the place in this package that threw it does not help a user.
 */
export function stop(component: pulumi.ComponentResource, message: string): pulumi.ResourceError {
  const error = new pulumi.ResourceError(message, component, true);
  error.stack = message;
  // The SDK also inspects the whole error. Its component refers to the whole program, so that could take for ever.
  Object.defineProperty(error, "resource", { enumerable: false });
  return error;
}

/**
 * The same inside an `apply`: return this rejection, never throw. The SDK enables node's inspector, so for each throw V8 predicts whether
 * it is caught, and for that walks all pending promises. Each shared Output doubles the paths, and a large program would hang.
 */
export function stopped(component: pulumi.ComponentResource, message: string): Promise<never> {
  return Promise.reject(stop(component, message));
}
