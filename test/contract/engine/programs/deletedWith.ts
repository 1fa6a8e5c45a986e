import * as pulumi from "@pulumi/pulumi";
import { effect } from "./effect";

class Guest extends pulumi.ComponentResource {
  constructor(machine: pulumi.Resource) {
    super("table:index:Guest", "guest", {}, { deletedWith: machine });
    effect("service", {}, { parent: this });
  }
}

/** What goes with another needs no delete of its own, be it said of it or of its component. */
export default function deletedWith(phase: number) {
  if (phase > 2) return;
  const machine = effect("machine", { triggers: [phase] });
  effect("disk", {}, { deletedWith: machine });
  new Guest(machine);
}
