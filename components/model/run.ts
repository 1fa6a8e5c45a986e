// How a component works on its hosts.
import { Drift, Firewall } from "../args/enums";
import type { DirectorRunArgs, RunArgs } from "../args/run";
import { sharedConnection } from "./connection";
import { ipvs, parametersTwice } from "./ipvs";
import { flag, oneOf, optional, type Problem, type Shape, wholeNumber } from "./shape";

const longest = 24 * 3600;
export const defaultDrain = 30;
export const defaultApplyTimeout = 600;

export const runMembers: Record<keyof RunArgs, Shape> = {
  connection: optional(sharedConnection),
  removePackages: optional(flag),
  drift: optional(oneOf("a way to treat drift", Object.values(Drift))),
  firewall: optional(oneOf("a way to treat a firewall", Object.values(Firewall))),
  applyTimeout: optional(wholeNumber("a time in seconds", 1, longest)),
};

export const directorRunMembers: Record<keyof DirectorRunArgs, Shape> = {
  ...runMembers,
  drain: optional(wholeNumber("a time in seconds", 0, longest)),
  ipvs: optional(ipvs),
};

/** The problems that only show when several of these arguments are seen together. */
export function directorRunProblems(given: Record<string, unknown>): Problem[] {
  return [...drainFits(given), ...parametersTwice(given)];
}

/** A drain that takes longer than the time of the whole run would be interrupted. */
function drainFits(given: Record<string, unknown>): Problem[] {
  const drain = given["drain"] ?? defaultDrain;
  const timeout = given["applyTimeout"] ?? defaultApplyTimeout;
  if (typeof drain !== "number" || typeof timeout !== "number" || drain < timeout) return [];
  return given["drain"] === undefined
    ? [
        {
          path: "applyTimeout",
          reason: `${timeout} seconds bound the whole run, and drain is ${drain} if it is not given: give both`,
        },
      ]
    : [
        {
          path: "drain",
          reason: `${drain} seconds do not fit into applyTimeout, which is ${timeout}: it bounds the whole run`,
        },
      ];
}
