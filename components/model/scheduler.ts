import { Scheduler, SchedulerFlag } from "../args/enums";
import { oneOf, type Problem, show } from "./shape";

/**
 * Weighted round robin: it does what the weights suggest, and makes the same choice every time. Schedulers that count connections are
 * better for long connections, but flood every server that has just returned.
 */
export const defaultScheduler: Scheduler = Scheduler.WeightedRoundRobin;

export const schedulers: readonly string[] = Object.values(Scheduler);

const numbered = [SchedulerFlag.Flag1, SchedulerFlag.Flag2, SchedulerFlag.Flag3];

/** Which flags go with which scheduler, in the order in which `ipvsadm -Sn` prints them. */
export function flagsOf(scheduler: string): readonly SchedulerFlag[] {
  if (scheduler === "sh") return [SchedulerFlag.SourceHashingFallback, SchedulerFlag.SourceHashingPort];
  if (scheduler === "mh") return [SchedulerFlag.MaglevHashingFallback, SchedulerFlag.MaglevHashingPort];
  return numbered;
}

export const scheduler = oneOf("a scheduler", schedulers);
export const schedulerFlag = oneOf("a scheduler's flag", Object.values(SchedulerFlag));

/** The flags among `flags` that the kernel would refuse under this scheduler. */
export function misfits(name: unknown, flags: unknown, path: string): Problem[] {
  if (typeof name !== "string" || !schedulers.includes(name) || !Array.isArray(flags)) return [];
  const fitting = flagsOf(name);
  const known: readonly unknown[] = Object.values(SchedulerFlag);
  return flags.flatMap((flag: unknown, index) =>
    known.includes(flag) && !fitting.some((fit) => fit === flag)
      ? [
          {
            path: `${path}[${index}]`,
            reason: `${show(flag)} does not go with scheduler ${name}: it takes ${fitting.join(", ")}`,
          },
        ]
      : [],
  );
}
