import { MetricsError, quote } from '@oriel/metrics';
import type { TagChangeFault } from './tag-drop.ts';
import { checkTagName, isTagName, type TagKey } from './tag-key.ts';

/** How far a tag travels: not out of the process, or without limit. */
export type TagTtl = typeof NO_PROPAGATION | typeof UNLIMITED_PROPAGATION;

/** The tag stays in the process: no codec writes it. */
export const NO_PROPAGATION = 0;

/** The tag goes with every call, as does every received tag. The default. */
export const UNLIMITED_PROPAGATION = -1;

/** What a tag carries besides its value. */
export interface TagMetadata {
  /** Default: {@link UNLIMITED_PROPAGATION}. */
  readonly ttl?: TagTtl | undefined;
}

/** One step from a tag map to the next; made by {@link insert}, {@link update}, {@link upsert}, {@link remove}. */
export interface TagMutator {
  readonly kind: 'tagMutator';
  readonly action: 'insert' | 'update' | 'upsert' | 'remove';
  readonly name: string;
  readonly value: string;
  readonly ttl: TagTtl;
}

/** A value with how far it travels. */
export interface Tag {
  readonly value: string;
  readonly ttl: TagTtl;
}

/**
 * Adds a tag; one that is there stays as it is.
 *
 * Errors: {@link MetricsError} `LABEL_NAME_INVALID` for the key, `ARGUMENT_INVALID` for the metadata. The
 * value is looked at when the mutator is applied, which never throws.
 */
export function insert(key: TagKey | string, value: string, metadata?: TagMetadata | null): TagMutator {
  return mutator('insert', key, value, metadata);
}

/** Replaces the value and metadata of a tag that is there. Errors: as {@link insert}. */
export function update(key: TagKey | string, value: string, metadata?: TagMetadata | null): TagMutator {
  return mutator('update', key, value, metadata);
}

/** Adds a tag, or replaces its value and metadata. Errors: as {@link insert}. */
export function upsert(key: TagKey | string, value: string, metadata?: TagMetadata | null): TagMutator {
  return mutator('upsert', key, value, metadata);
}

/** Takes a tag away, if it is there: OpenCensus's `delete`. Errors: `LABEL_NAME_INVALID`. */
export function remove(key: TagKey | string): TagMutator {
  return mutator('remove', key, '', null);
}

/** Applies one mutator to a map under construction; tells why it could not. */
export function applyMutator(draft: Map<string, Tag>, step: TagMutator): TagChangeFault | undefined {
  const { action, name, value, ttl } = step;
  switch (action) {
    case 'insert':
      return putTag(draft, name, value, ttl, !draft.has(name));
    case 'update':
      return putTag(draft, name, value, ttl, draft.has(name));
    case 'upsert':
      return putTag(draft, name, value, ttl, true);
    case 'remove':
      draft.delete(name);
      return undefined;
    default:
      return 'change_invalid';
  }
}

/** Sets a tag that has a legal key and value. These are checked even if `wanted` is false. */
export function putTag(
  draft: Map<string, Tag>,
  name: string,
  value: unknown,
  ttl: TagTtl,
  wanted = true,
): TagChangeFault | undefined {
  if (!isTagName(name)) return 'key_invalid';
  if (typeof value !== 'string') return 'value_invalid';
  if (wanted) draft.set(name, { value, ttl });
  return undefined;
}

function mutator(
  action: TagMutator['action'],
  key: TagKey | string,
  value: string,
  metadata: TagMetadata | null | undefined,
): TagMutator {
  const name = checkTagName(key, `${action} tag`);
  return Object.freeze({ kind: 'tagMutator', action, name, value, ttl: ttlOf(name, metadata) });
}

function ttlOf(name: string, metadata: TagMetadata | null | undefined): TagTtl {
  const ttl: unknown = metadata?.ttl ?? UNLIMITED_PROPAGATION;
  if (ttl === NO_PROPAGATION || ttl === UNLIMITED_PROPAGATION) return ttl;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot change tag "${name}": the ttl is ${quote(ttl)}; use NO_PROPAGATION or UNLIMITED_PROPAGATION`,
    details: { name, ttl },
  });
}
