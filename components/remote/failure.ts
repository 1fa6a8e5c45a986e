/** A problem of a host that the user has to solve. The message names the host and says what to do. */
export class HostFailure extends Error {
  override readonly name = "HostFailure";
}

/** A host that gives no answer: it is off or does not exist any more, or a network on the way does not let packets through. */
export class HostUnreachable extends HostFailure {}

/** A look that took too long and was ended, on this side or by the host itself. */
export function tookTooLong(who: string, seconds: number, what = "looking at the host"): HostFailure {
  return new HostFailure(
    `${who}: ${what} took longer than ${seconds} seconds; see what keeps it busy, or raise applyTimeout`,
  );
}
