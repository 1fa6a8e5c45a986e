// Programs on the real servers that answer with the host's name, for ports on which no web server listens. The scenario
// starts them itself; they are not declared.
import { ofEach } from "./leftovers";
import { shell } from "./stack";

const realServers = ["r1", "r2", "r3"];

const http = (ports: number[]) => `
import http.server, socket, threading
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = ("<h1>%s</h1>" % socket.gethostname()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
for port in ${JSON.stringify(ports)}:
    server = http.server.ThreadingHTTPServer(("", port), Page)
    threading.Thread(target=server.serve_forever).start()
`;

// Bound to the VIPs: a reply of a socket without an address comes from the host's own.
const udp = (vips: string[], port: number) => `
import selectors, socket
asked = selectors.DefaultSelector()
for vip in ${JSON.stringify(vips)}:
    ask = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ask.bind((vip, ${port}))
    asked.register(ask, selectors.EVENT_READ)
while True:
    for key, _ in asked.select():
        key.fileobj.sendto(socket.gethostname().encode(), key.fileobj.recvfrom(2048)[1])
`;

/** Shell text that waits until this is so, for at most half a minute: then it fails, and shows what has become of the unit. */
export function waitFor(condition: string, unit: string): string {
  return `
    for ((tries = 1; ; tries++)); do
      if ${condition}; then break; fi
      if ((tries == 150)); then
        { systemctl --no-pager status ${unit}; journalctl --no-pager -n 20 -u ${unit}; } >&2
        exit 1
      fi
      sleep 0.2
    done`;
}

/** Starts the program on every real server, and returns a function that stops it. */
async function begin(
  name: string,
  program: string,
  listening: string,
  listens = `ss -Hlntu | grep -q ' ${listening} '`,
): Promise<() => Promise<void>> {
  const everywhere = (line: string) => ofEach((host) => shell(host, line), realServers);
  await everywhere(
    `cat >/run/${name}.py <<'END'
${program}
END
    systemd-run -q --collect --unit=${name} python3 /run/${name}.py
    ${waitFor(listens, name)}`,
  );
  return async () => {
    await everywhere(`systemctl stop ${name}; rm /run/${name}.py`);
  };
}

export const answerHttp = (...ports: number[]) =>
  begin(`answer-http-${ports.join("-")}`, http(ports), `0.0.0.0:${ports.at(-1)}`);

const sctp = (port: number) => `
import socket
ask = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
ask.bind(("", ${port}))
ask.listen()
while True:
    asked = ask.accept()[0]
    asked.send(socket.gethostname().encode())
    asked.close()
`;

/** (The kernel lists what listens by SCTP in this file, once its module is loaded.) */
export const answerSctp = (port: number) =>
  begin(
    `answer-sctp-${port}`,
    sctp(port),
    "",
    `[ -e /proc/net/sctp/eps ] && awk '{ print $6 }' /proc/net/sctp/eps | grep -qx ${port}`,
  );

/** The VIPs must be there already. */
export const answerUdp = (vips: string[], port: number) =>
  begin(`answer-udp-${port}`, udp(vips, port), `${vips.at(-1)}:${port}`);
