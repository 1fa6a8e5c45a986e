// keepalived's options that take one of a fixed set of words; see ../options.ts for the pattern.

/** Types of DNS records that a check may ask for. keepalived.conf(5), DNS_CHECK. */
export const DnsRecordType = {
  /** `A`. */
  A: "A",
  /** `NS`. */
  Ns: "NS",
  /** `CNAME`. */
  Cname: "CNAME",
  /** `SOA`, the default. */
  Soa: "SOA",
  /** `MX`. */
  Mx: "MX",
  /** `TXT`. */
  Txt: "TXT",
  /** `AAAA`. */
  Aaaa: "AAAA",
} as const;
export type DnsRecordType = (typeof DnsRecordType)[keyof typeof DnsRecordType];

/** Versions of HTTP that a check may speak. keepalived.conf(5), http_protocol. */
export const HttpProtocol = {
  /** `1.0`, the default. */
  Http10: "1.0",
  /** `1.0C`: 1.0 with a header "Connection: close". */
  Http10Close: "1.0C",
  /** `1.1`. */
  Http11: "1.1",
} as const;
export type HttpProtocol = (typeof HttpProtocol)[keyof typeof HttpProtocol];
