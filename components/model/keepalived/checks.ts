import type { DnsRecordType, HttpProtocol } from "./options";

export interface CheckTarget {
  address?: string;
  port?: number;
  source?: string;
  mark?: number;
  verbatim?: string;
}

export interface GivenUrl {
  path?: string;
  statusCodes?: string[];
  digest?: string;
  virtualHost?: string;
  verbatim?: string;
}

export interface GivenHttp extends CheckTarget, GivenUrl {
  urls?: GivenUrl[];
  protocol?: HttpProtocol;
}

/** A health check as its user wrote it, all values known. */
export interface GivenCheck {
  tcp?: CheckTarget;
  http?: GivenHttp;
  https?: GivenHttp & { sni?: boolean };
  dns?: CheckTarget & { type?: DnsRecordType; name?: string };
  smtp?: CheckTarget & { helo?: string };
  ping?: Omit<CheckTarget, "port">;
  udp?: CheckTarget & {
    payload?: string;
    requireReply?: boolean;
    reply?: string;
    minReplyLength?: number;
    maxReplyLength?: number;
  };
  file?: { path: string; weight?: number };
  script?: { script: string; timeout?: number; dynamicWeight?: boolean };
  none?: boolean;
  interval?: number;
  retries?: number;
  retryDelay?: number;
  timeout?: number;
  warmup?: number;
}
