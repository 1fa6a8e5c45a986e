// The systems of hosts.
import { oneOf, type Shape } from "./shape";

/** What `assumeRelease` may be: the names in the host program's table (host/systems.ts), which this room cannot import. */
export const hostReleases = ["el7", "el8", "el9", "el10", "debian12", "debian13"];

export const hostRelease: Shape = oneOf("a release that this package knows", hostReleases);
