/** One run of a program: the operation and, where they say anything new, its previews. */
export interface Run {
  operation: "preview" | "up" | "destroy";
  phase: number;
  /** Record the text of `--diff` too. */
  diff?: boolean;
  expectNoChanges?: boolean;
  /** Before this run the marker beside the log is made that lets a failing command succeed. */
  heal?: boolean;
}

const preview = (phase: number, more: Partial<Run> = {}): Run => ({ operation: "preview", phase, ...more });
const up = (phase: number, more: Partial<Run> = {}): Run => ({ operation: "up", phase, ...more });
const destroy = (phase: number, more: Partial<Run> = {}): Run => ({ operation: "destroy", phase, ...more });
const unchanged = { expectNoChanges: true };

/** Each program of `programs/`, and what is done with it. */
export const table: Record<string, Run[]> = {
  chain: [
    preview(1),
    up(1),
    up(1, unchanged),
    preview(2, unchanged),
    up(2, unchanged),
    preview(3),
    up(3),
    destroy(3),
  ],
  triggers: [up(1), preview(2), up(2), destroy(2)],
  triggersAdded: [up(1), preview(2), up(2), preview(3), up(3), preview(4), up(4), preview(5), up(5)],
  deleteBeforeReplace: [up(1), preview(2), up(2), up(2, unchanged)],
  component: [up(1), preview(2, { diff: true }), up(2), up(3), destroy(3)],
  secrets: [up(1), up(1, unchanged), preview(2, { diff: true }), up(2)],
  failingCreate: [up(1), up(2), destroy(2)],
  failingUpdate: [up(1), up(2), up(3)],
  failingDelete: [up(1), up(2), preview(2), up(2, { heal: true })],
  ignoredChanges: [up(1), up(2, unchanged), preview(3), up(3), preview(4), up(4), up(4, unchanged)],
  aliases: [up(1), preview(2), up(2), up(2, unchanged), destroy(2)],
  protect: [up(1), preview(2), up(2), preview(4), up(4), up(3), up(4)],
  throws: [up(1), preview(2), up(2), up(3)],
  exits: [up(1), up(2), up(3)],
  retain: [up(1), preview(2, { diff: true }), up(2), destroy(2)],
  deletedWith: [up(1), preview(2), up(2), preview(3), up(3)],
  unknown: [preview(1, { diff: true }), up(1), preview(2, { diff: true }), up(2), preview(2, unchanged)],
  remote: [up(1), up(1, unchanged), preview(2, { diff: true }), up(2), preview(2, unchanged), destroy(2)],
  duplicate: [up(1), preview(2), up(2)],
  diffText: [
    preview(1, { diff: true }),
    up(1),
    preview(1, { diff: true }),
    preview(2, { diff: true }),
    up(2),
    destroy(2),
  ],
};
