// Which services a machine starts by itself when it boots.

/**
 * `few`: the boot is short, and the lab's own unit configures eth0. `default`: as on CentOS when it has just been installed: firewalld is on,
 * and NetworkManager manages eth0.
 */
export const serviceSets = ["few", "default"] as const;
export type ServiceSet = (typeof serviceSets)[number];

/** The kernel's arguments: the program that enables the default services on a clean disk is started in place of systemd. */
export function servicesArguments(services: ServiceSet): string[] {
  return services === "few" ? [] : ["init=/usr/libexec/lab-default-services"];
}

/** The memory of a machine in MB. firewalld and NetworkManager need 60 of it. */
export const memoryOf: Record<ServiceSet, number> = { few: 256, default: 384 };
