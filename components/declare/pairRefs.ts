import type * as pulumi from "@pulumi/pulumi";
import type { HostPlaceArgs } from "../args/host";
import type { PairRef, PairRefArgs } from "../args/pairRef";
import { isLater } from "./validate";

/** Which directors are behind a pair's `ref`, for the program that declares the pair: known at once, unlike the Output itself. */
const places = new WeakMap<object, HostPlaceArgs[]>();

export function rememberPlaces(ref: pulumi.Output<PairRef>, directors: HostPlaceArgs[]): void {
  places.set(ref, directors);
}

/**
 * The pair's directors, as far as the program knows them when it starts: of a pair of its own, or given as data. Undefined for an Output of
 * another program.
 */
export function placesAtOnce(pair: pulumi.Input<PairRefArgs>): HostPlaceArgs[] | undefined {
  if (isLater(pair)) return places.get(pair);
  if (isLater(pair.directors)) return undefined;
  const known = pair.directors.filter((each): each is HostPlaceArgs => !isLater(each));
  return known.length === pair.directors.length ? known : undefined;
}
