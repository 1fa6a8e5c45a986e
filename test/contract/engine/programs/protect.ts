import * as pulumi from "@pulumi/pulumi";
import { effect } from "./effect";

class Group extends pulumi.ComponentResource {
  constructor(protect: boolean, trigger: number) {
    super("table:index:Group", "group", {}, { protect });
    effect("inside", { triggers: [trigger] }, { parent: this });
  }
}

/** Protection reaches the children; neither deletion nor replacement is done until it is lifted. */
export default function protect(phase: number) {
  if (phase <= 3) new Group(phase !== 3, phase === 2 ? 2 : 1);
  effect("other");
}
