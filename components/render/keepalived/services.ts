import type { PairDestination, PairService } from "../../model/keepalived/service";
import { defaultPersistence } from "../../model/service";
import type { ConfigLine } from "../document";
import { block, lines } from "./text";

export function serviceBlock(service: PairService): ConfigLine[] {
  const { persistence } = service;
  const narrow = persistence !== undefined && persistence.netmask !== defaultPersistence.netmask;
  return block(`virtual_server ${service.vip} ${service.port}`, [
    ...lines(
      "delay_loop 5",
      `lvs_sched ${service.scheduler}`,
      ...service.flags,
      service.onePacket ? "ops" : undefined,
      "lvs_method DR",
      persistence && `persistence_timeout ${persistence.timeout}`,
      narrow ? `persistence_granularity ${persistence.netmask}` : undefined,
      `protocol ${service.protocol.toUpperCase()}`,
    ),
    ...service.destinations.flatMap((each) => destinationBlock(service, each)),
  ]);
}

function destinationBlock(service: PairService, destination: PairDestination): ConfigLine[] {
  return block(`real_server ${destination.address} ${destination.port}`, [
    ...lines(
      `weight ${destination.weight}`,
      destination.upper > 0 ? `uthreshold ${destination.upper}` : undefined,
      destination.lower > 0 ? `lthreshold ${destination.lower}` : undefined,
    ),
    ...(service.protocol === "tcp" ? block("TCP_CHECK", lines("connect_timeout 3")) : []),
  ]);
}
