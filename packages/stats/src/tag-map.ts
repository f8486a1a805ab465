import { MetricsError, type MetricsErrorCode, quote } from '@oriel/metrics';
import { type OnTagDropped, reportDrop, type TagChangeFault } from './tag-drop.ts';
import type { TagKey } from './tag-key.ts';
import {
  applyMutator,
  putTag,
  type Tag,
  type TagMutator,
  type TagTtl,
  UNLIMITED_PROPAGATION,
} from './tag-mutator.ts';

const brand: symbol = Symbol.for('oriel.TagMap');

/** What can be laid over tags: mutators in order, another map's tags, or names with values to upsert. */
export type TagChanges = readonly TagMutator[] | TagMap | Readonly<Record<string, string>>;

export interface TagChangeOptions {
  /** Told when changes are dropped, which leaves the tags as they were. Default: nobody. */
  readonly onDropped?: OnTagDropped | undefined;
}

/**
 * Names with values, in the order they came; nothing about it ever changes.
 *
 * Shape: keys as {@link TagKey}; any string is a value. What views make of long values and what can travel
 * are their own rules.
 * Source: OpenCensus, "Tags API", TagMap.
 *
 * @example
 * const tags = TagMap.of({ method: 'GET' }).apply([insert('method', 'PUT'), upsert('route', '/')]);
 * assert.deepEqual([...tags], [['method', 'GET'], ['route', '/']]);
 */
export class TagMap implements Iterable<[name: string, value: string]> {
  // On the prototype, so that `instanceof` holds across two installed copies and costs no map anything.
  static {
    Object.defineProperty(TagMap.prototype, brand, { value: true });
  }

  /** The map without tags. */
  static readonly empty: TagMap = new TagMap(new Map());

  readonly #tags: ReadonlyMap<string, Tag>;

  private constructor(tags: ReadonlyMap<string, Tag>) {
    this.#tags = tags;
    Object.freeze(this);
  }

  /**
   * Makes a map of an object's own properties, or of pairs, the last of a name winning.
   *
   * Errors: {@link MetricsError} `LABEL_NAME_INVALID`, `LABEL_VALUE_INVALID`, `ARGUMENT_INVALID`.
   */
  static of(tags: Readonly<Record<string, string>> | Iterable<readonly [string, string]>): TagMap {
    const draft = new Map<string, Tag>();
    const refused = attempt(() => putAll(draft, isIterable(tags) ? tags : Object.entries(tags)));
    if (refused !== undefined) throw refusal(refused);
    return new TagMap(draft);
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  get size(): number {
    return this.#tags.size;
  }

  get(key: TagKey | string): string | undefined {
    return this.#tags.get(typeof key === 'string' ? key : key.name)?.value;
  }

  has(key: TagKey | string): boolean {
    return this.#tags.has(typeof key === 'string' ? key : key.name);
  }

  /** How far a tag travels; `undefined` if there is none of this name. */
  ttl(key: TagKey | string): TagTtl | undefined {
    return this.#tags.get(typeof key === 'string' ? key : key.name)?.ttl;
  }

  *entries(): IterableIterator<[name: string, value: string]> {
    for (const [name, tag] of this.#tags) yield [name, tag.value];
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }

  /**
   * Lays changes over these tags, in order, and returns the map they give.
   *
   * Never throws: the first change with a bad key or a value that is not a string drops all of them. Then
   * the result is this map, and `onDropped` is called once.
   * Cost: a copy of the map.
   */
  apply(changes: TagChanges, options?: TagChangeOptions): TagMap {
    const draft = new Map(this.#tags);
    const refused = change(draft, changes);
    if (refused === undefined) return new TagMap(draft);
    reportDrop(options?.onDropped, refused.reason, refused.key);
    return this;
  }
}

interface Refused {
  readonly reason: TagChangeFault;
  readonly key: string;
}

function change(draft: Map<string, Tag>, changes: TagChanges): Refused | undefined {
  return attempt(() => {
    if (isMutators(changes)) return mutateAll(draft, changes);
    if (changes instanceof TagMap) return putAll(draft, changes, (name) => changes.ttl(name));
    return putAll(draft, Object.entries(changes));
  });
}

// A getter or proxy of the caller may throw, and there may be nothing to read at all.
function attempt(act: () => Refused | undefined): Refused | undefined {
  try {
    return act();
  } catch {
    return { reason: 'change_invalid', key: '' };
  }
}

function mutateAll(draft: Map<string, Tag>, mutators: readonly TagMutator[]): Refused | undefined {
  for (const mutator of mutators) {
    const reason = applyMutator(draft, mutator);
    if (reason !== undefined) return refusedAt(reason, mutator.name);
  }
  return undefined;
}

function putAll(
  draft: Map<string, Tag>,
  pairs: Iterable<readonly [string, string]>,
  ttlOf?: (name: string) => TagTtl | undefined,
): Refused | undefined {
  for (const [name, value] of pairs) {
    const reason = putTag(draft, name, value, ttlOf?.(name) ?? UNLIMITED_PROPAGATION);
    if (reason !== undefined) return refusedAt(reason, name);
  }
  return undefined;
}

function refusedAt(reason: TagChangeFault, key: unknown): Refused {
  return { reason, key: typeof key === 'string' ? key : '' };
}

const refusals: Readonly<Record<TagChangeFault, readonly [MetricsErrorCode, string]>> = {
  key_invalid: ['LABEL_NAME_INVALID', 'the name is not legal; use 1 to 255 printable ASCII characters'],
  value_invalid: ['LABEL_VALUE_INVALID', 'the value is not a string; use a string'],
  change_invalid: [
    'ARGUMENT_INVALID',
    'the tags cannot be read; pass an object of strings, or pairs of strings',
  ],
};

function refusal({ reason, key }: Refused): MetricsError {
  const [code, fault] = refusals[reason];
  return new MetricsError(code, { message: `Cannot set tag ${quote(key)}: ${fault}`, details: { key } });
}

function isMutators(changes: TagChanges): changes is readonly TagMutator[] {
  return Array.isArray(changes);
}

function isIterable<T>(value: object | Iterable<T>): value is Iterable<T> {
  return Symbol.iterator in value;
}
