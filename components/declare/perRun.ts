import * as pulumi from "@pulumi/pulumi";

/** Data that the components of one program run share, by any key. A run is identified by its monitor. */
export function perRun<Value>(): () => Map<string, Value> {
  const runs = new WeakMap<object, Map<string, Value>>();
  return () => {
    const run = pulumi.runtime.getMonitor() ?? runs;
    const known = runs.get(run) ?? new Map<string, Value>();
    runs.set(run, known);
    return known;
  };
}
