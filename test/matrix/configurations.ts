// Configurations of keepalived: whole files, some of them with a wrong word.

export const vip = "198.18.0.199";

export const instance = `vrrp_instance a {
  state BACKUP
  interface eth0
  virtual_router_id 5
  priority 100
  advert_int 1
  virtual_ipaddress {
    ${vip}/32
  }
}
`;

const server = (
  address: string,
  port: number,
  check: string,
  rest = "",
) => `  real_server ${address} ${port} {
    weight 2
${rest}    ${check} {
      connect_timeout 1
      retry 1
      delay_before_retry 1
${check === "SSL_GET" ? "      url {\n        path /\n        status_code 200\n      }\n" : ""}    }
  }
`;

const service = (port: number, ...servers: string[]) => `virtual_server ${vip} ${port} {
  delay_loop 1
  lvs_sched rr
  lvs_method DR
  protocol TCP
${servers.join("")}}
`;

/** One real server that answers, one that does not, one that does not and stays in the table: plain and by TLS. */
export const checked = `${instance}${service(
  80,
  server("198.18.0.21", 80, "TCP_CHECK"),
  server("198.18.0.22", 80, "TCP_CHECK"),
  server("198.18.0.29", 80, "TCP_CHECK", "    inhibit_on_failure\n"),
)}${service(443, server("198.18.0.21", 443, "SSL_GET"), server("198.18.0.22", 443, "SSL_GET"))}`;

/** Files for `keepalived --config-test`, by their fault. */
export const judged = {
  nothing: checked,
  "unknown word": instance.replace("priority", "prioritee"),
  "unknown word outside of blocks": `nonsense 1\n${instance}`,
  "missing brace": instance.trimEnd().slice(0, -1),
  "extra brace": `${instance}}\n`,
};
