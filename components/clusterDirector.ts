import * as pulumi from "@pulumi/pulumi";

/**
 * One of a Cluster's directors: by itself, or of a pair. It takes no VirtualService: write its services in the Cluster. Pulumi knows both as a Director, so that the step from one director to two is an update of the first
 * one's Command.
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
