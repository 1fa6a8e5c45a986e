/** Something about a host that its user has to put right. The message names the host and says what to do. */
export class HostFailure extends Error {
  override readonly name = "HostFailure";
}
