import * as pulumi from "@pulumi/pulumi";
import type { HostPlaceArgs } from "../args/host";
import type { PairRef, PairRefArgs } from "../args/pairRef";
import { isLater } from "./validate";

interface Pair {
  vips: pulumi.Input<pulumi.Input<string>[]>;
  directors: HostPlaceArgs[];
}

/** The data of a pair's `ref`, for the program that declares the pair: known at once, unlike the Output itself. */
const pairs = new WeakMap<object, Pair>();

/** The `ref` of a pair. `vips` is an Output of the component, and `atOnce` the pair as the program gives it. */
export function refOf(vips: pulumi.Output<string[]>, atOnce: Pair): pulumi.Output<PairRef> {
  const ref = pulumi.unsecret(pulumi.output({ vips, directors: atOnce.directors }));
  pairs.set(ref, atOnce);
  return ref;
}

/** The pair as far as the program knows it when it starts. */
export function pairAtOnce(pair: pulumi.Input<PairRefArgs>): pulumi.Input<PairRefArgs> {
  return (isLater(pair) ? pairs.get(pair) : undefined) ?? pair;
}

/**
 * The pair's directors, as far as the program knows them when it starts: those of a pair of its own, or those given as data. Undefined for
 * an Output of another program.
 */
export function placesAtOnce(pair: pulumi.Input<PairRefArgs>): HostPlaceArgs[] | undefined {
  const given = pairAtOnce(pair);
  if (isLater(given) || isLater(given.directors)) return undefined;
  const known = given.directors.filter((each): each is HostPlaceArgs => !isLater(each));
  return known.length === given.directors.length ? known : undefined;
}
