// Rules of VRRP about several arguments of a pair together.
import { defaultApplyTimeout } from "../../run";
import { elements, isRecord, join, later, type Problem, show } from "../../shape";
import type { Given, InstanceAt } from "./instances";

export function timing(given: Given, instances: InstanceAt[]): Problem[] {
  const version = given["vrrpVersion"] ?? 3;
  return [{ given, path: "" }, ...instances.filter(({ path }) => path !== "")].flatMap(
    ({ given: each, path }) => {
      const problems = advertProblems(version, each["advertInterval"], join(path, "advertInterval"));
      const preempt = each["preempt"] ?? given["preempt"] ?? false;
      if (each["preemptDelay"] !== undefined && preempt === false) {
        problems.push({
          path: join(path, "preemptDelay"),
          reason: `${show(each["preemptDelay"])} goes only with preempt, which is false`,
        });
      }
      if (each["password"] !== undefined && version === 3) {
        problems.push({
          path: join(path, "password"),
          reason: "VRRP 3 has no passwords (RFC 9568): give vrrpVersion 2, or none",
        });
      }
      return problems;
    },
  );
}

/** A change waits until a director is master (keepalived_patience in settle.sh). The time limit of the change must not end it before. */
export function patience(given: Given, instances: InstanceAt[]): Problem[] {
  const timeout = given["applyTimeout"] ?? defaultApplyTimeout;
  const seconds = (value: unknown) => (typeof value === "number" ? value : 0);
  const adverts = [given, ...instances.map((each) => each.given)].map((each) =>
    seconds(each["advertInterval"]),
  );
  const needed = 30 + 4 * Math.max(1, ...adverts) + seconds(given["startupDelay"]);
  if (typeof timeout !== "number" || needed < timeout) return [];
  return [
    {
      path: seconds(given["startupDelay"]) > 0 ? "startupDelay" : "advertInterval",
      reason: `up to ${Math.ceil(needed)} seconds may pass until a director is master, which do not fit into applyTimeout, which is ${timeout}: give a longer applyTimeout`,
    },
  ];
}

export function trackers(given: Given, instances: InstanceAt[]): Problem[] {
  const grouped = new Set(
    elements(given["syncGroups"]).flatMap((group) =>
      elements(isRecord(group) ? group["instances"] : undefined),
    ),
  );
  const anyGrouped = grouped.size > 0;
  // Each instance tracks what the pair tracks. In an instance that does not preempt, a weight has no effect.
  const preempts = instances.map(({ given: each }) => each["preempt"] ?? given["preempt"]);
  const everyPreempts = preempts.every((each) => each === true || each === later);
  const whole = ["trackInterfaces", "trackProcesses", "trackScripts"].flatMap((name) =>
    weightProblems(given[name], everyPreempts, anyGrouped, name),
  );
  const single = instances.flatMap(({ given: each, path }) =>
    weightProblems(
      each["trackInterfaces"],
      each["preempt"] ?? given["preempt"],
      grouped.has(each["name"]),
      join(path, "trackInterfaces"),
    ),
  );
  return [...whole, ...single];
}

export function sync(given: Given, instances: InstanceAt[]): Problem[] {
  const wanted = given["connectionSync"];
  if (!isRecord(wanted)) return [];
  const known = instances.map(({ given: each, path }) => (path === "" ? "VI_1" : each["name"]));
  const { instance } = wanted;
  const problems: Problem[] =
    typeof instance !== "string" ||
    known.includes(instance) ||
    known.includes(later) ||
    given["instances"] === later
      ? []
      : [
          {
            path: "connectionSync.instance",
            reason: `${show(instance)} is none of the instances: ${known.map(String).join(", ")}`,
          },
        ];
  if (wanted["enabled"] !== false) return problems;
  return ["interface", "instance", "id", "group", "port"].flatMap((name) =>
    wanted[name] === undefined
      ? []
      : [
          {
            path: `connectionSync.${name}`,
            reason: `${show(wanted[name])} contradicts enabled, which is false`,
          },
        ],
  );
}

/** Sources: RFC 3768 5.3.7 (8 bits of seconds), RFC 9568 5.2.7 (12 bits of hundredths of seconds). */
function advertProblems(version: unknown, given: unknown, path: string): Problem[] {
  if (typeof given !== "number" || !(given > 0) || (version !== 2 && version !== 3)) return [];
  const whole = (step: number) => Math.abs(given / step - Math.round(given / step)) < 1e-6;
  if (version === 2) {
    if (whole(1) && given >= 1 && given <= 255) return [];
    const other = given < 41 ? "; version 3 knows hundredths" : "";
    return [
      {
        path,
        reason: `${given} cannot be had: VRRP 2 sends whole seconds from 1 to 255 (one byte, RFC 3768)${other}`,
      },
    ];
  }
  if (given > 40.95) {
    const other =
      whole(1) && given <= 255 ? ": give less, or vrrpVersion 2, which goes to 255" : ": give less";
    return [
      {
        path,
        reason: `${given} cannot be had: VRRP 3 sends at most 40.95 seconds (12 bits of hundredths, RFC 9568)${other}`,
      },
    ];
  }
  if (given < 0.05) {
    return [
      {
        path,
        reason: `${given} is too short: a pause of 3 × ${given} s, which any host makes now and then, would count as its death; give at least 0.05`,
      },
    ];
  }
  return whole(0.01)
    ? []
    : [{ path, reason: `${given} cannot be had: VRRP 3 sends hundredths of seconds (RFC 9568)` }];
}

/** With nopreempt, a change of priority never moves the VIPs, so a weight has no effect. In a sync group keepalived ignores it. */
function weightProblems(trackers: unknown, preempt: unknown, grouped: boolean, path: string): Problem[] {
  if (!Array.isArray(trackers)) return [];
  return trackers.flatMap((each: unknown, index): Problem[] => {
    if (!isRecord(each) || typeof each["weight"] !== "number" || each["weight"] === 0) return [];
    const here = `${path}[${index}].weight`;
    if (preempt !== true && preempt !== later) {
      return [
        {
          path: here,
          reason: `${each["weight"]} only changes the priority, and without preempt a priority never moves the VIPs: give 0, or preempt`,
        },
      ];
    }
    return grouped
      ? [
          {
            path: here,
            reason: `${each["weight"]} is ignored in a sync group, whose members must agree: give 0`,
          },
        ]
      : [];
  });
}
