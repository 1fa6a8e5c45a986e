/** Something a person can mend; its message says what was wanted, what was found and what to do. */
export class LabError extends Error {
  override name = "LabError";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
