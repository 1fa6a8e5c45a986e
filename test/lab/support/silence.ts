// How long a VIP is silent while something is done to a host.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { on } from "./stack";

/** A machine that is busy with other things takes several times as long. */
const patience = { timeout: 60_000, interval: 100 };

const visitor = `
import os, re, socket, sys, time
vip, server, begun, stop = sys.argv[1:]
last = None
longest = 0
end = None
while end is None or time.monotonic() < end:
    if end is None and os.path.exists(stop):
        end = time.monotonic() + 3
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
            if last is None:
                open(begun, "w").close()
            else:
                longest = max(longest, now - last)
            last = now
            if end is not None:
                break
    except OSError:
        pass
    time.sleep(0.02)
else:
    longest = time.monotonic() - last
print("%.1f" % longest)
`;

/**
 * Visits a VIP all the time while something runs, and until the next answer. Returns the longest time without an answer, in seconds: of any real server, or of
 * the one named. (Between two answers of one real server are visits to the others.)
 */
export async function silence(
  client: string,
  vip: string,
  server: string,
  something: () => Promise<void>,
): Promise<number> {
  // (Clients are network namespaces of this machine, with its files.)
  const folder = mkdtempSync(join(tmpdir(), "lvs-silence-"));
  const [begun, stop] = [join(folder, "begun"), join(folder, "stop")];
  const seen = on(client, "python3", "-c", visitor, vip, server, begun, stop);
  try {
    await expect.poll(() => existsSync(begun), patience).toBe(true);
    await something();
  } finally {
    writeFileSync(stop, "");
    await seen;
    rmSync(folder, { recursive: true });
  }
  return Number(await seen);
}
