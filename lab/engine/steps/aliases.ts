import type { Resource } from "../state/resource.js";
import { isStackUrn, makeUrn, parseUrn, urnName } from "../wire/urn.js";

/** A name that a resource had before: a whole URN, or what was different about it. */
export interface AliasSpec {
  urn?: string;
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parent?: string;
  noParent?: boolean;
}

export interface Registration {
  urn: string;
  type: string;
  name: string;
  parent: string;
  aliases: AliasSpec[];
}

/** Finds what a registered resource was called in the old state. */
export class AliasTable {
  /** New URN → the old one that it took over; and the other way round. */
  private readonly tookOver = new Map<string, string>();
  private readonly takenBy = new Map<string, string>();

  constructor(
    private readonly stack: string,
    private readonly project: string,
  ) {}

  ownerOf(oldUrn: string): string | undefined {
    return this.takenBy.get(oldUrn);
  }

  /** Throws where two resources of the program claim the same old one. */
  find(registration: Registration, olds: Map<string, Resource>, seen: Set<string>): Resource | undefined {
    const { urn } = registration;
    const claimedBy = this.takenBy.get(urn);
    if (claimedBy) {
      throw new Error(
        `Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${claimedBy}'`,
      );
    }
    for (const candidate of [urn, ...this.candidates(registration)]) {
      const old = olds.get(candidate);
      if (!old) continue;
      if (candidate !== urn) {
        const other = seen.has(candidate) ? candidate : this.takenBy.get(candidate);
        if (other)
          throw new Error(
            `Duplicate resource alias '${candidate}' applied to resource with URN '${urn}' conflicting with resource with URN '${other}'`,
          );
        this.takenBy.set(candidate, urn);
        this.tookOver.set(urn, candidate);
      }
      return old;
    }
    return undefined;
  }

  candidates(registration: Registration): string[] {
    const { name, type, parent, aliases } = registration;
    const own = aliases.map((alias) => this.resolve(registration, alias));
    const parentAlias = this.tookOver.get(parent);
    if (!parentAlias) return own;
    const inherited = [{ type, name }, ...own.map(parseUrn)].map((child) =>
      this.underParentAlias(child.type, child.name, urnName(parent), parentAlias),
    );
    return [...new Set([...own, ...inherited])];
  }

  private resolve(registration: Registration, alias: AliasSpec): string {
    if (alias.urn) return alias.urn;
    const given = alias.parent ? (this.tookOver.get(alias.parent) ?? alias.parent) : registration.parent;
    const parent = alias.noParent || (given && isStackUrn(given)) ? undefined : given;
    return makeUrn(
      alias.stack || this.stack,
      alias.project || this.project,
      parent,
      alias.type || registration.type,
      alias.name || registration.name,
    );
  }

  /** A child named after its parent (`web-rules` in `web`) is taken to have been so before, too. */
  private underParentAlias(type: string, name: string, parentName: string, parentAlias: string): string {
    const renamed = name.startsWith(parentName) ? urnName(parentAlias) + name.slice(parentName.length) : name;
    return makeUrn(this.stack, this.project, parentAlias, type, renamed);
  }
}
