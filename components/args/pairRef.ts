// A KeepalivedPair, as the arguments of a VirtualService need it.
import type * as pulumi from "@pulumi/pulumi";
import type { HostPlaceArgs } from "./host";

/** A KeepalivedPair as a VirtualService needs it: a pair's output `ref`. Nothing in it is secret. */
export interface PairRefArgs {
  /** The virtual addresses of the pair. */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /** The pair's directors, all of them. */
  directors: pulumi.Input<pulumi.Input<HostPlaceArgs>[]>;
}

/** A KeepalivedPair as data. */
export interface PairRef {
  /** The virtual addresses of the pair. */
  vips: string[];
  /** The pair's directors. */
  directors: HostPlace[];
}

/** A host as data, without credentials. (Only plain types: in YAML, an enum of an output fits no argument.) */
export interface HostPlace {
  /** Its name. */
  name: string;
  /** Its own address in the load balancer's network. */
  address: string;
  /** Its own IPv6 address there, if `address` is an IPv4 address and it has one. */
  address6?: string;
  /** The network interface that holds its address, if the program gives it. */
  interface?: string;
  /** The release that its system is taken for, if the program gives it. */
  assumeRelease?: string;
  /** Whether packages that it lacks are installed, if the program says so. */
  installPackages?: boolean;
}
