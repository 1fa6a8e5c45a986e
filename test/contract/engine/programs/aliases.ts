import * as pulumi from "@pulumi/pulumi";
import { effect, note } from "./effect";

class Old extends pulumi.ComponentResource {
  constructor(name: string, type: string, options?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, options);
    effect(`${name}-rules`, { create: note("create rules"), delete: note("delete rules") }, { parent: this });
    this.registerOutputs({});
  }
}

/** Renamed, of another type, moved under another parent: all found again by their aliases. */
export default function aliases(phase: number) {
  const [name, type] = phase === 1 ? ["old", "table:index:Old"] : ["new", "table:index:New"];
  const host = new Old(
    name,
    type,
    phase === 1 ? {} : { aliases: [{ name: "old", type: "table:index:Old" }] },
  );
  const plain = effect(
    phase === 1 ? "one" : "two",
    { create: note("create one"), delete: note("delete one") },
    phase === 1 ? {} : { aliases: [{ name: "one", parent: pulumi.rootStackResource }], parent: host },
  );
  effect("user", {}, { dependsOn: plain });
  if (phase === 2) effect("moved", {}, { aliases: [{ parent: pulumi.rootStackResource }], parent: host });
  else effect("moved", {});
}
