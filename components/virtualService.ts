import * as pulumi from "@pulumi/pulumi";
import type { HostArgs, HostPlaceArgs } from "./args/host";
import type { PairRefArgs } from "./args/pairRef";
import type { VirtualServiceArgs } from "./args/virtualService";
import { changeHost } from "./declare/change";
import { plainly } from "./declare/plainly";
import { pairAtOnce, placesAtOnce } from "./declare/pairRefs";
import { changeName, placeArgs } from "./declare/placement";
import { say } from "./declare/say";
import { inEachHost } from "./declare/sharedConnection";
import { validate } from "./declare/validate";
import { endpoints } from "./model/endpoints";
import { kernelParameters, moduleOptions } from "./model/ipvs";
import { completePairService, onEachVip, type ServiceOnVip } from "./model/keepalived/service/complete";
import { defaultDrain } from "./model/run";
import { completeService } from "./model/service";
import { isRecord } from "./model/shape";
import { pairServiceArguments, virtualServiceArguments } from "./model/virtualService";
import { directorDocument } from "./render/director";
import { pairServiceDocument } from "./render/keepalived/pair";

/**
 * One virtual service on directors that are declared elsewhere, in this program or another one: its rules, its VIP on
 * the directors' interfaces, and the packages and modules that it needs. Several may share a director and a VIP; each
 * removes only what it has added. Let it depend on its RealServers (`dependsOn`): clients are then sent to no real
 * server before it is ready, and where the service goes, it drains before the real servers lose the VIP.
 *
 * Bad arguments end the program before any host is touched, all of them in one message.
 */
export class VirtualService extends pulumi.ComponentResource {
  /** Where clients connect to, one for each VIP: `198.18.0.100:80`. */
  public readonly endpoints: pulumi.Output<string[]>;

  constructor(name: string, args: VirtualServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:VirtualService", name, {}, opts);
    const all = inEachHost(args, "directors");
    const onPair = isRecord(all) && all.pair !== undefined;
    const valid = onPair
      ? validate(this, { ...all, pair: pairAtOnce(all.pair!) }, pairServiceArguments)
      : validate(this, all, virtualServiceArguments);
    const { directors, pair, connection, drift, firewall, applyTimeout, ...settings } = all;
    const pairVips = pair && pulumi.all([pair, valid]).apply(([{ vips }]) => vips);
    const declareOn = (host: HostArgs) =>
      changeHost(this, {
        type: "VirtualService",
        name,
        changeName,
        host,
        valid,
        settings: { ...settings, pairVips },
        drift,
        firewall,
        applyTimeout,
        document: (
          place,
          { drain, removePackages, sysctls, ipvs, gateway, gateway6, pairVips: vips, ...service },
        ) => {
          const run = {
            drain: drain ?? defaultDrain,
            removePackages: removePackages ?? false,
            sysctls: kernelParameters({ sysctls, ipvs }),
            moduleOptions: moduleOptions({ ipvs }),
            gateway,
            gateway6,
          };
          return vips === undefined
            ? directorDocument(place, { services: [completeService(service as ServiceOnVip)], ...run })
            : pairServiceDocument(place, onEachVip(service, vips).map(completePairService), run);
        },
      });
    const reached = (place: HostPlaceArgs): HostArgs => ({ ...placeArgs(place), connection });
    const atOnce = directors ?? placesAtOnce(pair!)?.map(reached);
    const declared =
      atOnce === undefined
        ? onceKnown(this, pair!, valid, (place) => declareOn(reached(place)))
        : atOnce.map(declareOn).length;
    this.endpoints = pulumi
      .all([all.vip, pairVips, pulumi.output(portsGiven(all)), declared])
      .apply(([vip, vips = [], ports]) => endpoints(onEachVip({ vip, ...ports }, vips)));
    this.registerOutputs({ endpoints: this.endpoints });
  }
}

/** The arguments that say which ports it has. */
function portsGiven({ port, ports, portRange, allPorts }: VirtualServiceArgs) {
  return { port, ports, portRange, allPorts };
}

/**
 * Declares the service on each director of the pair when the directors are known, because the ref is from another program. The Output
 * resolves when that is done, and with it the component's outputs.
 */
function onceKnown(
  component: VirtualService,
  pair: pulumi.Input<PairRefArgs>,
  valid: pulumi.Output<boolean>,
  declareOn: (place: HostPlaceArgs) => unknown,
): pulumi.Output<number> {
  const ref = pulumi.unsecret(pulumi.output(pair));
  void sayIfUnknown(component, ref);
  return pulumi.all([ref, valid]).apply(([{ directors }]): Promise<number> => {
    // (If the error were thrown again here, V8 would search all pending promises: stop.ts.)
    try {
      return Promise.resolve(directors.map(declareOn).length);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

async function sayIfUnknown(component: VirtualService, ref: pulumi.Output<unknown>): Promise<void> {
  if (!pulumi.runtime.isDryRun() || (await plainly(ref, undefined)) !== undefined) return;
  say(
    "warn",
    "this preview does not know which directors the pair has: it shows nothing of what they get, and deletes what they have, which the update will not do; give directors as well to see the change",
    component,
  );
}
