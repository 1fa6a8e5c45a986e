/** A VRRP instance as its user wrote it, all values known. */
export interface GivenInstance {
  name: string;
  vips: string[];
  virtualRouterId?: number;
  interface?: string;
  priorities?: number[];
  advertInterval?: number;
  preempt?: boolean;
  preemptDelay?: number;
  /** Only whether there is one matters here: it travels apart. */
  password?: unknown;
  trackInterfaces?: GivenTrackInterface[];
  notify?: Notify;
  verbatim?: string;
}

export interface GivenTrackInterface {
  name: string;
  weight?: number;
}

/** Shell text for changes of a director's part. */
export interface Notify {
  master?: string;
  backup?: string;
  fault?: string;
  stop?: string;
  any?: string;
}

/** A VRRP instance with nothing left open. */
export interface Instance {
  name: string;
  vips: string[];
  virtualRouterId: number;
  interface: string | undefined;
  /** In the order of the pair's directors. */
  priorities: number[];
  advertInterval: number;
  preempt: boolean;
  preemptDelay: number;
  authenticated: boolean;
  trackInterfaces: { name: string; weight: number }[];
  notify: Notify;
  verbatim: string | undefined;
}
