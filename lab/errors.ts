/** A problem that a person can solve. The message says what was wanted, what was found and what to do. */
export class LabError extends Error {
  override name = "LabError";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export const notUp = (lab: string): string => `lab ${lab} is not up: npm run lab -- up --lab ${lab}`;
