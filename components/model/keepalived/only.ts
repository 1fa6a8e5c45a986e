// What only keepalived can do for a service. On a Director, which has no keepalived, each of it is refused.
import type { Shape } from "../shape";

const refused =
  (reason: string): Shape =>
  (given, path) =>
    given === undefined ? [] : [{ path, reason }];

const onDirector = refused(
  "is keepalived's work, and a Director has no keepalived: offer the service on a KeepalivedPair, or leave this out",
);

/** With one director, a Cluster has no keepalived. */
export const withOneDirector = refused(
  "is keepalived's work, and a Cluster with one director has no keepalived: leave this out, or add a director",
);

const refuse = (names: string[], absent = onDirector): Record<string, Shape> =>
  Object.fromEntries(names.map((name) => [name, absent]));

const ofService = [
  "healthCheck",
  "quorum",
  "hysteresis",
  "quorumUp",
  "quorumDown",
  "sorryServer",
  "inhibitOnFailure",
  "alpha",
  "omega",
  "verbatim",
];

/** Members of a service that a Director cannot have. */
export const pairOnlyOfService = refuse(ofService);

/** The same in a Cluster with one director. */
export const pairOnlyInCluster = refuse(ofService, withOneDirector);

/** Members of a real server that a Director cannot have. */
export const pairOnlyOfDestination = refuse([
  "healthCheck",
  "inhibitOnFailure",
  "alpha",
  "notifyUp",
  "notifyDown",
  "verbatim",
]);
