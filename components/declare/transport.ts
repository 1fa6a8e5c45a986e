import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { runOverSsh } from "../remote/pool";
import type { Transport } from "../remote/run";

let injected: Transport | undefined;

/** For tests: replaces ssh, until it is called again with undefined. */
export function setTransport(transport: Transport | undefined): void {
  injected = transport;
}

/**
 * How hosts are reached: over ssh, or as a test says. Undefined under `pulumi.runtime.setMocks`: a unit test of a user's program has no
 * hosts, so there are no looks, and every document has the first generation.
 */
export function transport(): Transport | undefined {
  if (injected !== undefined) return injected;
  return underMocks() ? undefined : runOverSsh;
}

/** Whether Pulumi calls hooks and transforms: its mocks do not. */
export function callbacksWork(): boolean {
  return !underMocks();
}

function underMocks(): boolean {
  return pulumi.runtime.getMonitor() instanceof MockMonitor;
}
