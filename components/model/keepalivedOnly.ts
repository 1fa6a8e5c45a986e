// Members of a service that only keepalived supports, and where they are refused: on a Director, which has no keepalived, and for one real
// server of a Cluster.
import type { Shape } from "./shape";

const refused =
  (reason: string): Shape =>
  (given, path) =>
    given === undefined ? [] : [{ path, reason }];

const onDirector = refused(
  "is keepalived's work, and a Director has no keepalived: offer the service on a KeepalivedPair, or in a Cluster with two directors, or leave this out",
);

const inCluster = refused(
  "cannot be had of one real server in a Cluster: write it in the Cluster's services, for all of them, or use a KeepalivedPair",
);

const refuse = <Name extends string>(names: readonly Name[], absent = onDirector): Record<Name, Shape> =>
  Object.fromEntries(names.map((name) => [name, absent])) as Record<Name, Shape>;

/** Members of a service that a Director cannot have. */
export const pairOnlyOfService = refuse([
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
]);

const ofDestination = [
  "healthCheck",
  "inhibitOnFailure",
  "alpha",
  "notifyUp",
  "notifyDown",
  "verbatim",
] as const;

/** Members of a real server that a Director cannot have. */
export const pairOnlyOfDestination = refuse(ofDestination);

/** The same for a real server's host in a Cluster. */
export const pairOnlyInCluster = refuse(ofDestination, inCluster);
