/**
 * The folder of the state on a host. A hook writes the program to it before each change. The path is short, because the provider prints the
 * command in every error.
 */
export const statePath = "/var/lib/pulumi-lvs";
