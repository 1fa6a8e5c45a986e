// The changes of a pair's directors, for a KeepalivedPair and for a Cluster with more than one director.
import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { changeHost, type LeavingLast } from "./change";
import { warnOfMasters } from "./masters";
import { completePair, type GivenPair } from "../model/keepalived/pair/complete";
import { secretsOf } from "../model/keepalived/pair/secrets";
import type { KeepalivedPairArgs } from "../args/keepalivedPair";
import type { VrrpInstanceArgs } from "../args/keepalived";
import { pairDocument } from "../render/keepalived/pair";

/** The component, type and name to which a director's change belongs. */
export interface DirectorOwner {
  component: pulumi.ComponentResource;
  type: string;
  name: string;
  changeName: (component: string, host: string) => string;
}

/**
 * Declares the changes of a pair's directors. With `leavesLast`, they are changed one after the other, in the order of the list, and
 * removed in the opposite order. So a director has its VIPs again, by itself or by keepalived, before the next one changes. If one fails,
 * the next ones are not changed. Without `leavesLast`, all are changed at the same time.
 */
export function changePair(
  pair: pulumi.ComponentResource,
  args: Omit<KeepalivedPairArgs, "connection">,
  valid: pulumi.Output<boolean>,
  ownerOf: (index: number) => DirectorOwner,
  leavesLast?: LeavingLast,
): void {
  const { drift, firewall, applyTimeout, directors, password, instances, ...rest } = args;
  const settings = {
    ...rest,
    // No credentials: documents must not hold them.
    directors: directors.map(({ address, address6, interface: device, priority }) => ({
      address,
      address6,
      interface: device,
      priority,
    })),
    // Of passwords, only that they exist.
    password: password === undefined ? undefined : true,
    instances: withoutPasswords(instances),
  };
  const secrets = mayHoldSecrets(args)
    ? pulumi
        .all([pulumi.output(settings), pulumi.output(instances), pulumi.output(password)])
        .apply(([known, several, one]) => secretsOf(completePair(known as GivenPair).instances, several, one))
    : undefined;
  const tell = warnOfMasters(pair, directors);
  let before: remote.Command[] = [];
  directors.forEach((host, index) => {
    const { component, ...owner } = ownerOf(index);
    before = changeHost(component, {
      ...owner,
      host,
      valid,
      settings,
      drift,
      firewall,
      applyTimeout,
      secrets,
      after: leavesLast === undefined ? [] : before,
      leavesLast,
      found: tell[index],
      document: (place, known) => pairDocument(place, completePair(known as GivenPair)),
    });
  });
}

type Instances = KeepalivedPairArgs["instances"];

/** The instances with a word in the place of each password. */
export function withoutPasswords(instances: Instances): Instances {
  const mark = (given: pulumi.Unwrap<VrrpInstanceArgs>) => ({
    ...given,
    password: given.password === undefined ? undefined : "given",
  });
  // (An Output with a secret in it is secret as a whole: it is not known whether other parts of it are secret as well, so it stays secret.)
  if (!Array.isArray(instances)) return instances && pulumi.output(instances).apply((all) => all.map(mark));
  return instances.map((each) =>
    "name" in each
      ? { ...each, password: each.password === undefined ? undefined : "given" }
      : pulumi.output(each).apply(mark),
  );
}

/** Whether a password may be among the arguments: an Output may turn out to hold one. */
function mayHoldSecrets({
  password,
  instances,
}: Pick<KeepalivedPairArgs, "password" | "instances">): boolean {
  if (password !== undefined) return true;
  if (!Array.isArray(instances)) return instances !== undefined;
  return instances.some((each) => !("name" in each) || each.password !== undefined);
}
