import * as pulumi from "@pulumi/pulumi";
import { effect } from "./effect";

class Host extends pulumi.ComponentResource {
  readonly greeting: pulumi.Output<string>;
  constructor(
    name: string,
    args: { weight: number; label?: string },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("table:index:Host", name, args, options);
    const rules = effect(`${name}-rules`, { stdin: `weight ${args.weight}\n` }, { parent: this });
    this.greeting = rules.stdout;
    this.registerOutputs({ greeting: this.greeting });
  }
}

class Pair extends pulumi.ComponentResource {
  constructor(name: string, weight: number) {
    super("table:index:Pair", name, { weight });
    const first = new Host(`${name}-1`, { weight, label: "kept" }, { parent: this });
    new Host(`${name}-2`, { weight: 1 }, { parent: this, dependsOn: first });
    this.registerOutputs({});
  }
}

/** Components in components: inputs are compared, outputs kept, and dependsOn reaches the children. */
export default function component(phase: number) {
  new Pair("web", phase === 1 ? 1 : 3);
  if (phase === 3) new Host("late", { weight: 5 });
}
