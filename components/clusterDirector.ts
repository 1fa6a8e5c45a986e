import * as pulumi from "@pulumi/pulumi";

/**
 * A director of a Cluster, single or of a pair. A VirtualService cannot be added to it: declare its services in the Cluster. A single
 * director and one of a pair have the same Pulumi type, so a second director means an update of the first one's Command, not a replacement.
 */
export class ClusterDirector extends pulumi.ComponentResource {
  /** The host's own address (DIP), in clear. */
  public readonly address: pulumi.Output<string>;

  constructor(name: string, address: pulumi.Output<string>, opts: pulumi.ComponentResourceOptions) {
    super("lvs:index:Director", name, {}, opts);
    this.address = address;
    this.registerOutputs({ address });
  }
}
