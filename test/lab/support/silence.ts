// How long a VIP is silent while something is done to a host.
import { shell } from "./stack";

const visitor = `
import os, re, socket, sys, time
vip, server, stop = sys.argv[1:]
first = last = time.monotonic()
longest = 0
while not os.path.exists(stop):
    try:
        with socket.create_connection((vip, 80), 0.3) as connection:
            connection.settimeout(0.3)
            connection.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            text = b""
            while part := connection.recv(4096):
                text += part
        found = re.search(b"<h1>(.*)</h1>", text)
        if found and found.group(1).decode() in (server or found.group(1).decode()):
            now = time.monotonic()
            longest = max(longest, now - last)
            last = now
    except OSError:
        pass
    time.sleep(0.02)
print("%.1f" % max(longest, time.monotonic() - last))
`;

/**
 * Visits a VIP all the time while something runs. Returns the longest time without an answer, in seconds: of any real server, or of the one named. (Between two
 * answers of one real server are visits to the others.)
 */
export async function silence(
  client: string,
  vip: string,
  server: string,
  something: () => Promise<void>,
): Promise<number> {
  const stop = `/tmp/visited-${process.pid}-${Date.now()}`;
  const seen = shell(client, `exec python3 -c '${visitor}' ${vip} '${server}' ${stop}; `);
  try {
    await something();
  } finally {
    await shell("c1", `touch ${stop}`);
  }
  const seconds = Number(await seen);
  await shell("c1", `rm ${stop}`);
  return seconds;
}
