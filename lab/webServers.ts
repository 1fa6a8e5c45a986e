// The ways in which a real server's web server (nginx) can fail on the lab, and is restored.
import type { Lab } from "./lab";
import { shell } from "./succeed";

export interface WebServerFailure {
  /** What it does, as in "the real server has its nginx killed". */
  what: string;
  strike: (lab: Lab, host: string) => Promise<unknown>;
  mend: (lab: Lab, host: string) => Promise<unknown>;
}

const broken = "/etc/nginx/default.d/broken.conf";

export const webServerFailures: readonly WebServerFailure[] = [
  {
    what: "has its nginx killed",
    strike: (lab, host) => shell(lab, host, "systemctl kill -s KILL nginx"),
    mend: (lab, host) => shell(lab, host, "systemctl start nginx"),
  },
  {
    what: "takes connections and never answers",
    strike: (lab, host) => shell(lab, host, "systemctl kill -s STOP nginx"),
    mend: (lab, host) => shell(lab, host, "systemctl kill -s CONT nginx"),
  },
  {
    what: "answers 500",
    strike: (lab, host) => shell(lab, host, `echo 'return 500;' >${broken}; systemctl reload nginx`),
    mend: (lab, host) => shell(lab, host, `rm -f ${broken}; systemctl reload nginx`),
  },
  {
    what: "loses its power",
    strike: (lab, host) => lab.crash(host),
    mend: (lab, host) => lab.boot(host),
  },
];

/** Ends each of these failures: the host runs and its nginx answers. */
export async function mendWebServer(lab: Lab, host: string): Promise<void> {
  await lab.boot(host);
  await shell(
    lab,
    host,
    `rm -f ${broken}; systemctl kill -s CONT nginx; systemctl start nginx; systemctl reload nginx`,
  );
}
