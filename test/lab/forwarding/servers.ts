// Programs on the real servers that answer with the host's name. The test starts them itself; they are not declared. They listen on every
// address, so they can be started before the VIP is, and stay when it goes.
import { waitFor } from "../support/answering";
import { ofEach } from "../support/leftovers";
import { on, shell } from "../support/stack";
import { addressOf, type Cell, methodOf, servicesOf, vipOf } from "./cells";

/** The size of a download, in bytes. */
export const downloadSize = 4_000_000;

const http = `
import hashlib, http.server, random, socket, sys
name = socket.gethostname()
content = random.Random(7).randbytes(${downloadSize})
class Answer(http.server.BaseHTTPRequestHandler):
    def log_message(self, *rest):
        pass
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Host", name)
        self.send_header("X-Sha256", hashlib.sha256(body).hexdigest())
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.answer(content if self.path == "/content" else name.encode())
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(("%s %s" % (name, hashlib.sha256(body).hexdigest())).encode())
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    request_queue_size = 64
Server(("::", int(sys.argv[1])), Answer).serve_forever()
`;

// The reply is sent from the address of the request, which the kernel reports with the datagram. (struct in_pktinfo, by IP_PKTINFO, which is 8;
// struct in6_pktinfo, by IPV6_RECVPKTINFO and IPV6_PKTINFO, which are 49 and 50.)
const udp = `
import socket, sys
six = ":" in sys.argv[2]
level, receive, info = (41, 49, 50) if six else (0, 8, 8)
asked = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
asked.setsockopt(level, receive, 1)
asked.bind(("", int(sys.argv[1])))
while True:
    _, said, _, client = asked.recvmsg(2048, 256)
    told = [data for level_, kind, data in said if kind == info][0]
    source = told[:16] + bytes(4) if six else bytes(4) + told[8:12] + bytes(4)
    asked.sendmsg([socket.gethostname().encode()], [(level, info, source)], 0, client)
`;

// Bound to one address, which may be added later (15 is IP_FREEBIND, 78 is IPV6_FREEBIND): a server of all addresses would send its client each
// of them.
const sctp = `
import socket, sys
six = ":" in sys.argv[2]
listening = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_STREAM, 132)
listening.setsockopt(*((41, 78, 1) if six else (0, 15, 1)))
listening.bind((sys.argv[2], int(sys.argv[1])))
listening.listen(64)
while True:
    connection, _ = listening.accept()
    connection.sendall(socket.gethostname().encode())
    connection.close()
`;

const programs = { tcp: http, udp, sctp };

/** Starts the programs that a cell's services need beside the web server, unless they run already. */
export async function startServers(given: Cell): Promise<void> {
  const lines = servicesOf(given)
    .filter(({ answeredBy }) => answeredBy === "test")
    .map(
      ({ protocol, realServerPort: port }) => `
    if ! systemctl -q is-active answer-${protocol}-${port}; then
      cat >/run/answer-${protocol}-${port}.py <<'END'
${programs[protocol]}
END
      systemd-run -q --collect --unit=answer-${protocol}-${port} python3 /run/answer-${protocol}-${port}.py ${port} "$1"
    fi
    ${waitFor(`ss -Hln --${protocol} 'sport = ${port}' | grep -q .`, `answer-${protocol}-${port}`)}`,
    );
  if (lines.length === 0) return;
  const own = (host: string) =>
    methodOf(given, host) === "nat" ? addressOf(host, given.family) : vipOf(given);
  await ofEach((host) => on(host, "bash", "-c", lines.join("\n"), "bash", own(host)), [...given.realServers]);
}

/** Ends the programs that startServers has started on these hosts. */
export async function stopServers(hosts: readonly string[]): Promise<void> {
  await ofEach(
    (host) =>
      shell(host, "systemctl stop 'answer-*'; systemctl reset-failed 'answer-*'; rm -f /run/answer-*"),
    [...hosts],
  );
}
