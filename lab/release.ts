// The releases of CentOS that a machine can look like (lab/image/build.sh knows how each is made).

export const releases = [8, 9, 10] as const;
export type Release = (typeof releases)[number];
export const defaultRelease: Release = 9;

/** The release of that number, or undefined if there is no image of it. */
export function releaseOf(text: string): Release | undefined {
  return releases.find((release) => String(release) === text);
}
