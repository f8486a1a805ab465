import { type Context, context, createContextKey } from '@opentelemetry/api';
import { type TagChangeOptions, type TagChanges, TagMap } from './tag-map.ts';

// Made by Symbol.for, so two installed copies read each other's tags.
const tagsKey: symbol = createContextKey('oriel.tags');

/** The tags a context carries; the empty map if none. */
export function tagsOf(from: Context): TagMap {
  return (from.getValue(tagsKey) as TagMap | undefined) ?? TagMap.empty;
}

/** The tags of the active context; the empty map if none. Cost: one context read, no allocation. */
export function activeTags(): TagMap {
  return tagsOf(context.active());
}

/** A context like this one with these tags in place of its own, for code that hands contexts on by itself. */
export function setTags(into: Context, tags: TagMap): Context {
  return into.setValue(tagsKey, tags);
}

/**
 * Runs `fn` with changes laid over the active tags, and returns what it returns.
 *
 * The tags follow what `fn` starts, awaits and calls back, and end with it: the tags around it are
 * untouched. Without a registered OpenTelemetry context manager `fn` runs all the same, but no tags follow.
 * Never throws by itself: changes that cannot be made are dropped together, `onDropped` is told, and `fn`
 * runs with the tags as they were. What `fn` throws passes through.
 *
 * @example
 * import { context } from '@opentelemetry/api';
 * import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
 *
 * context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
 * const seen = await withTags({ method: 'GET' }, async () => activeTags().get('method'));
 * assert.equal(seen, 'GET');
 */
export function withTags<T>(changes: TagChanges, fn: () => T, options?: TagChangeOptions): T {
  const active = context.active();
  const before = tagsOf(active);
  const tags = before.apply(changes, options);
  return tags === before ? fn() : context.with(setTags(active, tags), fn);
}
