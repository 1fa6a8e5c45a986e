import * as pulumi from "@pulumi/pulumi";
import { validate } from "./declare/validate";
import { refOf } from "./declare/pairRefs";
import { changeName, placeArgs } from "./declare/placement";
import { endpoints } from "./model/endpoints";
import { onEachVip } from "./model/keepalived/service/complete";
import type { PairRef } from "./args/pairRef";
import { pairArguments } from "./model/keepalived/pair/shapes";
import type { KeepalivedPairArgs } from "./args/keepalivedPair";
import { changePair, withoutPasswords } from "./declare/pairChanges";
import { inEachHost } from "./declare/sharedConnection";

/**
 * Directors of which one is master and has the VIPs, and another takes over when it fails: keepalived on each of them,
 * VRRP between them (RFC 9568), its health checks for the real servers, and the kernel's sync daemon, so that open
 * connections survive a take-over.
 *
 * Bad arguments end the program before any host is touched, all of them in one message.
 */
export class KeepalivedPair extends pulumi.ComponentResource {
  /** The virtual addresses. */
  public readonly vips: pulumi.Output<string[]>;
  /** Where clients connect to, by its `services`: `198.18.0.100:80`. */
  public readonly endpoints: pulumi.Output<string[]>;
  /**
   * What a VirtualService needs to be offered by this pair, in this program or, as a stack's output, in another one. Nothing
   * in it is secret.
   */
  public readonly ref: pulumi.Output<PairRef>;

  constructor(name: string, args: KeepalivedPairArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:KeepalivedPair", name, {}, opts);
    const all = inEachHost(args, "directors");
    const valid = validate(this, all, pairArguments);
    const { connection, ...settings } = all;
    const { directors, vips, instances, services } = settings;
    changePair(this, settings, valid, () => ({ component: this, type: "KeepalivedPair", name, changeName }));
    this.vips = pulumi
      .all([pulumi.output(vips), pulumi.output(withoutPasswords(instances)), valid])
      .apply(([one, sets]) => sets?.flatMap((each) => each.vips) ?? one ?? []);
    this.endpoints = pulumi
      .all([this.vips, pulumi.output(services)])
      .apply(([each, offered = []]) => endpoints(offered.flatMap((service) => onEachVip(service, each))));
    this.ref = refOf(this.vips, { vips: vips ?? this.vips, directors: directors.map(placeArgs) });
    this.registerOutputs({ vips: this.vips, endpoints: this.endpoints, ref: this.ref });
  }
}
