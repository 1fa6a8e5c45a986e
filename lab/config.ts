import type { HostPlan } from "./layout";
import type { LabStatus } from "./status";

/**
 * A lab as ordinary config of a Pulumi project, so that programs need not know that there is a lab. It has at most this number of
 * directors.
 */
export function labConfig(lab: LabStatus, directors = Infinity): Record<string, string> {
  const hosts = (role: HostPlan["role"], network: HostPlan["network"], count = Infinity): string =>
    JSON.stringify(
      lab.hosts
        .filter((host) => host.role === role && host.network === network)
        .slice(0, count)
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
    directors: hosts("director", "near", directors),
    realServers: hosts("real-server", "near"),
    farRealServers: hosts("real-server", "far"),
  };
}
