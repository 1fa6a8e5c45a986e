import type { Operation } from "../steps/step.js";

const prefixes: Record<Operation, string> = {
  same: "  ",
  create: "+ ",
  update: "~ ",
  delete: "- ",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
  "remove-pending-replace": "~ ",
  refresh: "~ ",
};

const colours: Partial<Record<Operation, string>> = {
  create: "32",
  update: "33",
  delete: "31",
  replace: "95",
  "create-replacement": "92",
  "delete-replaced": "91",
  refresh: "33",
};

const severityColours = { headline: "1;95", error: "91", warning: "93", resource: "94" };

/** Colours on a terminal, plain text elsewhere. */
export class Style {
  constructor(private readonly coloured: boolean) {}

  operation(operation: Operation, text: string): string {
    const colour = colours[operation];
    return colour && this.coloured && text !== "" ? `\x1b[${colour}m${text}\x1b[0m` : text;
  }

  prefix(operation: Operation): string {
    return this.operation(operation, prefixes[operation]);
  }

  mark(kind: keyof typeof severityColours, text: string): string {
    return this.coloured ? `\x1b[${severityColours[kind]}m${text}\x1b[0m` : text;
  }
}

export const rawPrefix = (operation: Operation): string => prefixes[operation];
