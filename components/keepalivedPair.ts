import * as pulumi from "@pulumi/pulumi";
import { validate } from "./declare/validate";
import { identityOf, plainHost } from "./declare/placement";
import type { Host } from "./model/host";
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
  /** The directors, for the `directors` of a VirtualService. Secret, since they hold the way in. */
  public readonly directors: pulumi.Output<Host>[];
  /** The virtual addresses. */
  public readonly vips: pulumi.Output<string[]>;

  constructor(name: string, args: KeepalivedPairArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:KeepalivedPair", name, {}, opts);
    const all = inEachHost(args, "directors");
    const valid = validate(this, all, pairArguments);
    const { connection, ...settings } = all;
    const { directors, vips, instances } = settings;
    changePair(this, settings, valid, () => ({ component: this, type: "KeepalivedPair", name }));
    this.vips = pulumi
      .output({ vips, instances: withoutPasswords(instances) })
      .apply(({ vips: all, instances: sets }) => sets?.flatMap((each) => each.vips) ?? all ?? []);
    this.directors = directors.map((host) =>
      plainHost(
        { ...host, pairVips: this.vips, pairDirectors: directors.map(({ address }) => address) },
        identityOf(host) ?? name,
        "keepalived",
      ),
    );
    this.registerOutputs({ directors: this.directors, vips: this.vips });
  }
}
