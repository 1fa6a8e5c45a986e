// The systems that a machine can have (lab/image/build.sh knows how each is made).

/** The releases of CentOS that a machine can look like. */
export const centosReleases = [8, 9, 10] as const;
export type CentosRelease = (typeof centosReleases)[number];

/** Plain Debian. */
export const debianReleases = ["debian12", "debian13"] as const;

export const releases = [...centosReleases, ...debianReleases] as const;
export type Release = (typeof releases)[number];
export const defaultRelease: Release = 9;

/** The release of that name, or undefined if there is no image of it. */
export function releaseOf(text: string): Release | undefined {
  return releases.find((release) => String(release) === text);
}

export function isDebian(release: Release): boolean {
  return debianReleases.some((each) => each === release);
}

/** `CentOS 9`, `Debian 12`. */
export function nameOf(release: Release): string {
  return isDebian(release) ? `Debian ${String(release).replace("debian", "")}` : `CentOS ${release}`;
}
