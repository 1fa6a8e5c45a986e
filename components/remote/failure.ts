/** Something about a host that its user has to put right. The message names the host and says what to do. */
export class HostFailure extends Error {
  override readonly name = "HostFailure";
}

/** A host that gives no answer at all: it is off, gone, or behind a network that does not let us through. */
export class HostUnreachable extends HostFailure {}

/** A look that was ended in time, on this side or by the host itself. */
export function tookTooLong(who: string, seconds: number, what = "looking at the host"): HostFailure {
  return new HostFailure(
    `${who}: ${what} took longer than ${seconds} seconds; see what keeps it busy, or raise applyTimeout`,
  );
}
