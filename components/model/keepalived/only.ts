// What only keepalived can do for a service. On a Director, which has no keepalived, each of it is refused.
import type { Shape } from "../shape";

const absent: Shape = (given, path) =>
  given === undefined
    ? []
    : [
        {
          path,
          reason:
            "is keepalived's work, and a Director has no keepalived: offer the service on a KeepalivedPair, or leave this out",
        },
      ];

const refuse = (...names: string[]): Record<string, Shape> =>
  Object.fromEntries(names.map((name) => [name, absent]));

/** Members of a service that a Director cannot have. */
export const pairOnlyOfService = refuse(
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
);

/** Members of a real server that a Director cannot have. */
export const pairOnlyOfDestination = refuse(
  "healthCheck",
  "inhibitOnFailure",
  "alpha",
  "notifyUp",
  "notifyDown",
  "verbatim",
);
