import * as pulumi from "@pulumi/pulumi";
import { changeHost } from "./change";
import { checked } from "./checked";
import { identityOf, plainHost } from "./hosts";
import type { Host } from "./model/host";
import { completePair, type GivenPair } from "./model/keepalived/pair";
import { pairArguments } from "./model/keepalived/pairShapes";
import { secretsOf } from "./model/keepalived/secrets";
import type { KeepalivedPairArgs, VrrpInstanceArgs } from "./pairArgs";
import { warnOfMasters } from "./masters";
import { pairDocument } from "./render/keepalived/pair";
import { inEachHost } from "./sharedConnection";

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
    const valid = checked(this, all, pairArguments);
    const { connection, drift, applyTimeout, directors, password, instances, ...rest } = all;
    const wish = {
      ...rest,
      // What documents may say of the hosts: nothing of the way in.
      directors: directors.map(({ address, interface: device, priority }) => ({
        address,
        interface: device,
        priority,
      })),
      // And of passwords only that there are some.
      password: password === undefined ? undefined : true,
      instances: withoutPasswords(instances),
    };
    const secrets = mayHoldSecrets(args)
      ? pulumi
          .all([pulumi.output(wish), pulumi.output(instances), pulumi.output(password)])
          .apply(([known, several, one]) =>
            secretsOf(completePair(known as GivenPair).instances, several, one),
          )
      : undefined;
    const tell = warnOfMasters(this, directors);
    directors.forEach((host, index) =>
      changeHost(this, {
        type: "KeepalivedPair",
        name,
        host,
        valid,
        wish,
        drift,
        applyTimeout,
        secrets,
        found: tell[index],
        document: (place, known) => pairDocument(place, completePair(known as GivenPair)),
      }),
    );
    this.vips = pulumi
      .output({ vip: rest.vip, vips: rest.vips, instances: wish.instances })
      .apply(
        ({ vip, vips, instances: several }) => several?.flatMap((each) => each.vips) ?? vips ?? [vip ?? ""],
      );
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

type Instances = KeepalivedPairArgs["instances"];

function withoutPasswords(instances: Instances): Instances {
  const mark = (given: pulumi.Unwrap<VrrpInstanceArgs>) => ({
    ...given,
    password: given.password === undefined ? undefined : "given",
  });
  // (An Output with a secret in it is secret as a whole: what else in it may be one cannot be told, so it stays so.)
  if (!Array.isArray(instances)) return instances && pulumi.output(instances).apply((all) => all.map(mark));
  return instances.map((each) =>
    "name" in each
      ? { ...each, password: each.password === undefined ? undefined : "given" }
      : pulumi.output(each).apply(mark),
  );
}

/** Whether a password may be among the arguments: an Output may turn out to hold one. */
function mayHoldSecrets({ password, instances }: KeepalivedPairArgs): boolean {
  if (password !== undefined) return true;
  if (!Array.isArray(instances)) return instances !== undefined;
  return instances.some((each) => !("name" in each) || each.password !== undefined);
}
