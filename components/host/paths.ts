/**
 * Where hosts keep what they were given. A hook leaves the program there before each change; the path is short because the provider prints the command in
 * every error.
 */
export const statePath = "/var/lib/pulumi-lvs";
