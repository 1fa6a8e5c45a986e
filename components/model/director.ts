import type { DirectorArgs } from "../args/director";
import { oneHost } from "./hosts";
import { gatewaysAsServers, gatewayMembers, uselessGateways } from "./nat";
import { directorRunMembers, directorRunProblems } from "./run";
import { duplicateServices, sameMarkTwice } from "./ports";
import { service } from "./service";
import { elements, isRecord, list, optional, record, type Shape } from "./shape";
import { sysctls } from "./sysctl";
import { ownAddress } from "./vips";

const members: Record<keyof DirectorArgs, Shape> = {
  host: oneHost,
  services: optional(list(service, 0, "services")),
  sysctls: optional(sysctls(undefined)),
  ...gatewayMembers,
  ...directorRunMembers,
};

export const directorArguments: Shape = record("the arguments of a Director", members, (given) =>
  !isRecord(given)
    ? []
    : [
        ...directorRunProblems(given),
        ...duplicateServices(given["services"], "services"),
        ...sameMarkTwice(given["services"], [], "services"),
        ...uselessGateways(given, given["services"]),
        ...gatewaysAsServers(given, given["services"]),
        ...elements(given["services"]).flatMap((each, index) =>
          ownAddress(each, [given["host"]], `services[${index}]`),
        ),
      ],
);
