import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Held } from "../../../lab/client";
import { shell } from "../support/stack";

const bytes = 400_000;
const pause = 20;
const path = "/moving";
/** Where nginx has its pages: on CentOS, and on Debian. */
const folders = "/usr/share/nginx/html /var/www/html";
/** nginx ends a connection after a hundred or a thousand pages, by its release. */
const settings = "/etc/nginx/conf.d/moving.conf";

/** A page that takes a while to send, the same on every real server. Its connection may be used any number of times. */
export async function putPage(hosts: string[]): Promise<void> {
  const lines = `for folder in ${folders}; do [[ ! -d $folder ]] || yes ${path} | head -c ${bytes} >$folder${path}; done
    echo 'keepalive_requests 1000000;' >${settings}
    before=$(pgrep -P "$(</run/nginx.pid)")
    systemctl reload nginx
    # (A former worker that takes one more connection ends it after its own number of pages.)
    for look in {1..100}; do
      # (None of them is there any more: kill fails for each.)
      kill -0 $before 2>/dev/null || exit 0
      sleep 0.1
    done
    echo "former workers of nginx still run: $before" >&2
    exit 1`;
  await Promise.all(hosts.map((host) => shell(host, lines)));
}

export async function removePage(hosts: string[]): Promise<void> {
  await Promise.all(
    hosts.map((host) =>
      shell(
        host,
        `for folder in ${folders}; do rm -f $folder${path}; done; rm ${settings}; systemctl reload nginx`,
      ),
    ),
  );
}

const sha256 = createHash("sha256").update(`${path}\n`.repeat(bytes).slice(0, bytes)).digest("hex");

/** Data that is sent through one established connection, page after page, and is compared byte by byte. */
export class Moving {
  private over = false;
  private pages = 0;
  private readonly ended: Promise<void>;

  constructor(private readonly held: Held) {
    this.ended = this.move();
    this.ended.catch(() => undefined);
  }

  /** Waits until this number of further pages has arrived; fails if the connection fails, or if they do not arrive within a minute. */
  async goesOn(pages = 3): Promise<void> {
    const wanted = this.pages + pages;
    const deadline = Date.now() + 60_000;
    while (this.pages < wanted) {
      if (Date.now() > deadline) throw new Error(`the connection stands still after ${this.pages} pages`);
      await Promise.race([this.ended, delay(50)]);
    }
  }

  async end(): Promise<void> {
    this.over = true;
    await this.ended;
    await this.held.close();
  }

  private async move(): Promise<void> {
    while (!this.over) {
      await this.held.begin(path);
      const page = await this.held.finish();
      if (page.bytes !== bytes || page.sha256 !== sha256)
        throw new Error(`page ${this.pages} came with ${page.bytes} bytes, not as it is`);
      this.pages += 1;
      await delay(pause);
    }
  }
}
