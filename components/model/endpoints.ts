import { endpoint } from "./address";
import { type GivenPorts, portsOf, rangeText } from "./ports";

/** Where clients connect to: each VIP with each port or range of ports, each once. */
export function endpoints(services: (GivenPorts & { vip: string })[]): string[] {
  const all = services.flatMap((service) => {
    const ports =
      service.ports ?? (service.port === undefined ? portsOf(service).map(rangeText) : [service.port]);
    return ports.map((port) => endpoint(service.vip, port));
  });
  return [...new Set(all)];
}
