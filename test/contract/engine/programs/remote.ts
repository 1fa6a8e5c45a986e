import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/** A remote command that has nothing to run: how its connection, with the secrets in it, is kept and compared. */
export default function remote(phase: number) {
  const connection = {
    host: "198.18.0.11",
    user: "admin",
    hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    privateKey: phase === 2 ? "another key" : "a key",
    proxy: { host: "198.18.0.1", password: pulumi.secret("word") },
  };
  const args = {
    connection,
    stdin: "# generation 1\n[sysctl]\n",
    logging: "none" as const,
    addPreviousOutputInEnv: false,
  };
  new command.remote.Command("r", args, {
    additionalSecretOutputs: ["stdout", "stderr"],
    hideDiffs: ["connection"],
  });
  new command.remote.Command("plain", {
    connection: { host: "198.18.0.12" },
    stdin: `${args.stdin}${phase}`,
  });
}
