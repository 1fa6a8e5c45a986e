import * as pulumi from "@pulumi/pulumi";
import type { VirtualServiceArgs } from "./args/virtualService";
import { changeHost } from "./declare/change";
import { validate } from "./declare/validate";
import { identityOf, keeperOf } from "./declare/placement";
import { defaultDrain, virtualServiceArguments } from "./model/component";
import { type Problem, show } from "./model/shape";
import { pairServiceArguments } from "./model/keepalived/pair/shapes";
import { completePairService } from "./model/keepalived/service/complete";
import { completeService } from "./model/service";
import { stopped } from "./declare/stop";
import { directorDocument } from "./render/director";
import { pairServiceDocument } from "./render/keepalived/pair";
import { inEachHost } from "./declare/sharedConnection";

/**
 * One virtual service on directors that are declared elsewhere, in this program or another one: its rules, its VIP on
 * the directors' interfaces, and the packages and modules that it needs. Several may share a director and a VIP; each
 * takes away only what it brought. Let it depend on its RealServers (`dependsOn`): clients are then sent to no real
 * server before it is ready, and where the service goes, it drains before the real servers lose the VIP.
 *
 * Bad arguments end the program before any host is touched, all of them in one message.
 */
export class VirtualService extends pulumi.ComponentResource {
  /** Where clients connect to: `198.18.0.100:80`. */
  public readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: VirtualServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:VirtualService", name, {}, opts);
    const all = inEachHost(args, "directors");
    const pair = onPair(all);
    const valid = validate(
      this,
      all,
      pair ? pairServiceArguments : virtualServiceArguments,
      unidentified(all),
    );
    const { directors, connection, drift, applyTimeout, ...settings } = all;
    for (const host of directors) {
      changeHost(this, {
        type: "VirtualService",
        name,
        host,
        valid,
        settings,
        drift,
        applyTimeout,
        document: (place, { drain, removePackages, sysctls, ...service }) => {
          const run = {
            drain: drain ?? defaultDrain,
            removePackages: removePackages ?? false,
            sysctls: sysctls ?? {},
          };
          if (place.pairVips === undefined) {
            if (pair) return stopped(this, mixed(place.name));
            return directorDocument(place, { services: [completeService(service)], ...run });
          }
          if (!place.pairVips.includes(service.vip))
            return stopped(this, notOnPair(service.vip, place.name, place.pairVips));
          return pairServiceDocument(completePairService(service), run);
        },
      });
    }
    this.endpoint = pulumi.interpolate`${args.vip}:${args.port}`;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** Whether keepalived keeps the service: one that is on a pair is on directors of pairs only. */
function onPair(args: VirtualServiceArgs | undefined): boolean {
  const directors = args?.directors;
  return Array.isArray(directors) && directors.some((host) => keeperOf(host) === "keepalived");
}

function mixed(host: string): string {
  return `directors: ${host} is a plain director and others belong to a KeepalivedPair: give a VirtualService of its own to each of the two kinds`;
}

function notOnPair(vip: string, host: string, vips: string[]): string {
  return `vip: ${show(vip)} is not among the VIPs of the pair that ${host} belongs to (${vips.join(", ")}): give one of them, or add it to the pair's`;
}

/** Each change of a host has a name of its own, which must not depend on the order of a list. */
function unidentified(args: VirtualServiceArgs | undefined): Problem[] {
  const directors = args?.directors;
  if (pulumi.Output.isInstance(directors)) {
    return [
      {
        path: "directors",
        reason: "the list itself must be known when the program starts: only its hosts may be Outputs",
      },
    ];
  }
  if (!Array.isArray(directors)) return [];
  const seen = new Map<string, number>();
  return directors.flatMap((host, index): Problem[] => {
    const path = `directors[${index}]`;
    const identity = identityOf(host);
    if (identity === undefined) {
      return [
        {
          path,
          reason:
            "which host this is must be known when the program starts: give it a name, or give the host of a Director of this program",
        },
      ];
    }
    const first = seen.get(identity);
    seen.set(identity, first ?? index);
    return first === undefined ? [] : [{ path, reason: `is the same host as directors[${first}]` }];
  });
}
