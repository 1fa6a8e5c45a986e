import { formatNumber, quote } from "../command/goText.js";
import type { Operation } from "../steps/step.js";
import { diffValues, type MemberDiffs, type ValueDiff } from "../wire/diff.js";
import {
  equal,
  isArray,
  isInternal,
  isObject,
  Secret,
  unknown,
  type PropertyMap,
  type Value,
} from "../wire/values.js";
import type { Style } from "./style.js";
import { rawPrefix } from "./style.js";
import { abridge, decodeText, diffCharacters, diffLines, truncate, type TextChange } from "./textDiff.js";
import { worthShowing } from "./worth.js";

interface Where {
  indent: number;
  operation: Operation;
  /** Whether lines carry the operation's sign in their margin. */
  signed: boolean;
}
type Title = (where: Where) => void;

/** Writes properties and their differences the way the CLI's diff view does. */
export class PropertyPrinter {
  private text = "";

  constructor(
    private readonly style: Style,
    private readonly options: { truncate: boolean; planning: boolean },
  ) {}

  take(): string {
    const text = this.text;
    this.text = "";
    return text;
  }

  object(map: PropertyMap, where: Where): void {
    const keys = Object.keys(map).sort();
    const width = widest(keys);
    for (const key of keys) {
      if (isInternal(key)) continue;
      this.title(key, width, where);
      this.valueLine(map[key] ?? null, where);
    }
  }

  members(members: MemberDiffs, where: Where): void {
    const keys = [...members.adds, ...members.deletes, ...members.updates, ...members.sames]
      .map(([key]) => key)
      .sort();
    const width = widest(keys);
    for (const key of keys) this.member(key, width, members, where);
  }

  member(key: string, width: number, members: MemberDiffs, where: Where): void {
    this.memberDiff(
      key,
      members,
      where,
      (at) => this.title(key, width, at),
      (same) => {
        if (!worthShowing(same)) return;
        const at: Where = { ...where, operation: "same", signed: false };
        this.title(key, width, at);
        this.valueLine(same, at);
      },
    );
  }

  hidden(paths: string[], indent: number): void {
    for (const path of paths) this.line({ indent, operation: "update", signed: true }, `${path} (hidden)\n`);
  }

  private memberDiff(
    key: string,
    members: MemberDiffs,
    where: Where,
    title: Title,
    same: (value: Value) => void,
  ): void {
    const added = members.adds.get(key);
    const deleted = members.deletes.get(key);
    const update = members.updates.get(key);
    if (added !== undefined) this.whole("create", added, where, title);
    else if (deleted !== undefined) this.whole("delete", deleted, where, title);
    else if (update) this.difference(update, where, title);
    else same(members.sames.get(key) ?? null);
  }

  private whole(operation: Operation, value: Value, where: Where, title: Title): void {
    const at: Where = { ...where, operation, signed: true };
    title(at);
    this.valueLine(value, at);
  }

  private difference(diff: ValueDiff, outer: Where, title: Title): void {
    const where: Where = { ...outer, operation: "update", signed: true };
    if (diff.members && diff.isArray) {
      title(where);
      this.write(where, "[\n");
      this.arrayDifference(diff.members, where);
      this.unsigned(where, "]\n");
    } else if (diff.members) {
      title(where);
      this.write(where, "{\n");
      this.members(diff.members, deeper(where));
      this.unsigned(where, "}\n");
    } else this.leafDifference(diff, where, title);
  }

  private arrayDifference(members: MemberDiffs, where: Where): void {
    const keys = [...members.adds, ...members.deletes, ...members.updates, ...members.sames].map(
      ([key]) => key,
    );
    for (const key of keys.sort((a, b) => Number(a) - Number(b))) {
      const title: Title = (at) => this.line(deeper(at, -1), `[${key}]: `);
      this.memberDiff(key, members, deeper(where, 2), title, (same) => {
        const at: Where = { ...deeper(where, 2), operation: "same", signed: false };
        title(at);
        this.valueLine(same, at);
      });
    }
  }

  private leafDifference(diff: ValueDiff, where: Where, title: Title): void {
    const { old, new: next } = diff;
    const [showOld, showNew] = [worthShowing(old), worthShowing(next)];
    if (showOld && showNew && isPrimitive(old) && isPrimitive(next)) {
      title(where);
      if (isText(old) && isText(next)) return this.textDifference(old, next, where);
      this.primitive(old, { ...where, operation: "delete" });
      this.write(where, " => ");
      this.primitive(next, { ...where, operation: "create" });
      return this.write(where, "\n");
    }
    if (showOld) this.whole("delete", old, where, title);
    if (showNew) this.whole("create", next, where, title);
  }

  private textDifference(old: string, next: string, where: Where): void {
    const [before, after] = [decodeText(old), decodeText(next)];
    if (before && after) {
      if (equal(before.value, after.value)) return this.textDifference(quote(old), quote(next), where);
      this.write(
        where,
        before.kind === after.kind ? `(${before.kind}) ` : `(${before.kind} => ${after.kind}) `,
      );
      const diff = diffValues(before.value, after.value);
      if (diff) this.difference(diff, where, () => undefined);
    } else if (old.includes("\n") || next.includes("\n"))
      this.lineDifference(diffLines(old, next), deeper(where));
    else this.characterDifference(diffCharacters(old, next), where);
  }

  private characterDifference(changes: TextChange[], where: Where): void {
    const side = (kind: "delete" | "insert", operation: Operation): void => {
      this.write(where, '"');
      for (const change of changes) {
        if (change.kind === kind) this.write({ ...where, operation }, quote(change.text).slice(1, -1));
        if (change.kind === "equal")
          this.write({ ...where, operation: "same" }, quote(change.text).slice(1, -1));
      }
      this.write(where, '"');
    };
    side("delete", "delete");
    this.write(where, " => ");
    side("insert", "create");
    this.write(where, "\n");
  }

  private lineDifference(changes: TextChange[], where: Where): void {
    this.write(where, "\n");
    changes.forEach((change, index) => {
      const lines = change.text.split("\n").filter((line) => line.trim() !== "");
      if (change.kind !== "equal") {
        const operation = change.kind === "insert" ? "create" : "delete";
        for (const line of lines) this.line({ ...where, operation, signed: true }, `${line}\n`);
        return;
      }
      for (const line of abridge(lines, index === 0, index === changes.length - 1)) {
        this.line({ ...where, operation: "same", signed: false }, `${line}\n`);
      }
    });
  }

  private title(name: string, width: number, where: Where): void {
    this.line(where, `${(this.options.truncate ? truncate(name) : name).padEnd(width)}: `);
  }

  private valueLine(value: Value, where: Where): void {
    this.value(value, where);
    this.write(where, "\n");
  }

  private value(value: Value, where: Where): void {
    if (isPrimitive(value)) return this.primitive(value, where);
    if (isArray(value)) {
      if (value.length === 0) return this.write(where, "[]");
      this.write(where, "[\n");
      value.forEach((element, index) => {
        this.line(where, `    [${index}]: `);
        this.valueLine(element, deeper(where));
      });
      return this.unsigned(where, "]");
    }
    if (Object.keys(value).length === 0) return this.write(where, "{}");
    this.write(where, "{\n");
    this.object(value, deeper(where));
    this.unsigned(where, "}");
  }

  private primitive(value: Primitive, where: Where): void {
    if (value === null) return this.write(where, "<null>");
    if (value instanceof Secret) return this.write(where, "[secret]");
    if (value === unknown) return this.write(where, "[unknown]");
    if (typeof value === "number") return this.write(where, formatNumber(value));
    if (typeof value === "boolean") return this.write(where, String(value));
    const decoded = decodeText(value);
    if (!decoded) return this.write(where, quote(this.options.truncate ? truncate(value) : value));
    this.write(where, `(${decoded.kind}) `);
    // The CLI ends this line twice over.
    this.valueLine(decoded.value, where);
  }

  private line(where: Where, text: string): void {
    const spaces = "    ".repeat(where.indent);
    const margin = where.signed && spaces ? spaces.slice(0, -2) + rawPrefix(where.operation) : spaces;
    const long = this.options.truncate && text.length > 151 && text.endsWith("\n");
    this.write(where, margin + (long ? `${truncate(text.slice(0, -1))}\n` : text));
  }

  private unsigned(where: Where, text: string): void {
    this.line({ ...where, signed: false }, text);
  }

  private write(where: Where, text: string): void {
    this.text += this.style.operation(where.operation, text);
  }
}

type Primitive = null | boolean | number | string | Secret;
const isPrimitive = (value: Value): value is Primitive => !isArray(value) && !isObject(value);
const isText = (value: Value): value is string => typeof value === "string" && value !== unknown;
const deeper = (where: Where, by = 1): Where => ({ ...where, indent: where.indent + by });
const widest = (keys: string[]): number => Math.max(0, ...keys.map((key) => key.length));
