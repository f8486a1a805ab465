import { setTimeout as delay } from 'node:timers/promises';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activeTags, setTags, tagsOf, withTags } from '../src/tag-context.ts';
import { TagMap } from '../src/tag-map.ts';
import { NO_PROPAGATION, remove, upsert } from '../src/tag-mutator.ts';

const active = (): Record<string, string> => Object.fromEntries(activeTags());

test('withTags() runs fn and returns its result without a context manager, and no tags follow', () => {
  expect(withTags({ k: 'v' }, () => active())).toEqual({});
  expect(withTags({ k: 'v' }, () => 42)).toBe(42);
});

test('setTags() leaves the context it is given alone', () => {
  const tags = TagMap.of({ k: 'v' });
  expect(tagsOf(setTags(ROOT_CONTEXT, tags))).toBe(tags);
  expect(tagsOf(ROOT_CONTEXT)).toBe(TagMap.empty);
});

test('tagsOf() reads what a second copy of the package has set', () => {
  const tags = TagMap.of({ k: 'v' });
  expect(tagsOf(ROOT_CONTEXT.setValue(Symbol.for('oriel.tags'), tags))).toBe(tags);
});

describe('with a context manager', () => {
  const manager = new AsyncLocalStorageContextManager();
  beforeAll(() => {
    context.setGlobalContextManager(manager.enable());
  });
  afterAll(() => {
    context.disable();
  });

  test('withTags() lays tags over the outer ones and leaving it brings these back', () => {
    withTags({ a: '1', b: '1' }, () => {
      withTags([upsert('b', '2'), upsert('c', '2'), remove('a')], () => {
        expect(active()).toEqual({ b: '2', c: '2' });
      });
      expect(active()).toEqual({ a: '1', b: '1' });
    });
    expect(active()).toEqual({});
    expect(activeTags()).toBe(TagMap.empty);
  });

  test('an inner scope keeps the metadata of an outer tag', () => {
    withTags([upsert('k', 'v', { ttl: NO_PROPAGATION })], () => {
      withTags({ other: 'x' }, () => expect(activeTags().ttl('k')).toBe(NO_PROPAGATION));
    });
  });

  test('withTags() takes a map', () => {
    withTags(TagMap.of({ k: 'v' }), () => expect(active()).toEqual({ k: 'v' }));
  });

  test('tags follow promises and timers, each scope its own', async () => {
    const work = async (id: string): Promise<Record<string, string>> => {
      await delay(0);
      return withTags({ inner: id }, async () => {
        await null;
        return active();
      });
    };
    const ids = ['1', '2', '3'];
    const seen = await Promise.all(ids.map((id) => withTags({ outer: id }, () => work(id))));
    expect(seen).toEqual(ids.map((id) => ({ outer: id, inner: id })));
    expect(active()).toEqual({});
  });

  test('what fn throws passes through and the outer tags are back', () => {
    withTags({ k: 'outer' }, () => {
      const failing = (): never => {
        throw new RangeError('mine');
      };
      expect(() => withTags({ k: 'inner' }, failing)).toThrow(RangeError);
      expect(active()).toEqual({ k: 'outer' });
    });
  });

  test('withTags() with a bad value keeps the old tags, runs fn and tells onDropped', () => {
    const drops: unknown[] = [];
    const changes = [upsert('a', '1'), upsert('b', undefined as unknown as string)];
    withTags({ k: 'v' }, () => {
      const result = withTags(changes, active, { onDropped: (...drop) => drops.push(drop) });
      expect(result).toEqual({ k: 'v' });
    });
    expect(drops).toEqual([['value_invalid', 'b']]);
  });

  test('withTags() never throws by itself, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (changes) => withTags(changes as [], () => 42) === 42));
  });

  test('nested scopes see the sum of all around them, for any nesting', () => {
    const scope = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.string(), { noNullPrototype: true });
    const nest = (scopes: Record<string, string>[], outer: Record<string, string>): void => {
      const [first, ...rest] = scopes;
      if (first === undefined) return;
      withTags(first, () => {
        expect(active()).toEqual({ ...outer, ...first });
        nest(rest, { ...outer, ...first });
      });
      expect(active()).toEqual(outer);
    };
    fc.assert(fc.property(fc.array(scope, { maxLength: 6 }), (scopes) => nest(scopes, {})));
  });
});
