import type { Family } from '@oriel/metrics';
import type { TagStyle } from './tag-style.ts';
import { tagKeys } from './tag-style.ts';

/**
 * Which family writes which name, so that no two write the same.
 *
 * Where tags stand in a name as further parts of it, `a` with a label `b` and a family `a.b.c` write the same as well.
 */
export class NameOwners {
  readonly #style: TagStyle;
  readonly #isPath: boolean;
  readonly #owners = new Map<string, string>();
  /** Names with the key of a label behind them. */
  readonly #labelled = new Map<string, string>();
  /** Beginnings of names, up to a dot. */
  readonly #beginnings = new Map<string, string>();

  constructor(style: TagStyle) {
    this.#style = style;
    this.#isPath = style.before === '.';
  }

  /** Takes the names of a family; gives the family that has one of them already, and takes none then. */
  claim(family: Family, names: readonly string[], ownKeys: readonly string[]): string | undefined {
    const keys = this.#isPath ? this.#keysOf(family, ownKeys) : [];
    for (const name of names) {
      const owner = this.#ownerOf(name, keys);
      if (owner !== undefined) return owner;
    }
    for (const name of names) this.#take(family.name, name, keys);
    return undefined;
  }

  #ownerOf(name: string, keys: readonly string[]): string | undefined {
    const same = this.#owners.get(name);
    if (same !== undefined || !this.#isPath) return same;
    const under = beginningsOf(name).find((beginning) => this.#labelled.has(beginning));
    if (under !== undefined) return this.#labelled.get(under);
    const over = keys.find((key) => this.#beginnings.has(`${name}.${key}`));
    return over === undefined ? undefined : this.#beginnings.get(`${name}.${over}`);
  }

  #take(family: string, name: string, keys: readonly string[]): void {
    this.#owners.set(name, family);
    if (!this.#isPath) return;
    for (const key of keys) this.#labelled.set(`${name}.${key}`, family);
    for (const beginning of beginningsOf(name)) this.#beginnings.set(beginning, family);
  }

  #keysOf({ parts }: Family, ownKeys: readonly string[]): string[] {
    const keys = parts.flatMap(({ constLabels, labels }) =>
      tagKeys([...constLabels.map(({ name }) => name), ...labels.names], this.#style, ownKeys),
    );
    return [...new Set([...keys, ...ownKeys])];
  }
}

function beginningsOf(name: string): string[] {
  const parts = name.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
}
