import type { LabStatus } from "./status";

/** A lab as ordinary config of a Pulumi project, so that programs need to know nothing of labs. */
export function labConfig(lab: LabStatus): Record<string, string> {
  const hosts = (role: string): string =>
    JSON.stringify(
      lab.hosts
        .filter((host) => host.role === role)
        .map(({ name, address, hostKey, interface: device }) => ({
          name,
          address,
          hostKey,
          interface: device,
        })),
    );
  return {
    vip: lab.vip[0] ?? "",
    keyFile: lab.privateKeyFile,
    directors: hosts("director"),
    realServers: hosts("real-server"),
  };
}
