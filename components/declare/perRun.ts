import * as pulumi from "@pulumi/pulumi";

/** What the components of one program run know of each other, by whatever key; a run is known by its monitor. */
export function perRun<Value>(): () => Map<string, Value> {
  const runs = new WeakMap<object, Map<string, Value>>();
  return () => {
    const run = pulumi.runtime.getMonitor() ?? runs;
    const known = runs.get(run) ?? new Map<string, Value>();
    runs.set(run, known);
    return known;
  };
}
