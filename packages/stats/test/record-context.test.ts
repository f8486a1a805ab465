import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record, setTags, TagMap, withTags } from '../src/index.ts';
import { Fixture, untyped, watched } from './recorded.ts';

test('without a context manager only the tags of the call count, and nothing throws', () => {
  const fixture = watched('method');
  withTags({ method: 'GET' }, () => {
    fixture.measure().record(1);
    fixture.measure().record(1, { method: 'PUT' });
  });
  expect(fixture.values()).toEqual({ '{}': 1, '{"method":"PUT"}': 1 });
});

describe('with a context manager', () => {
  const manager = new AsyncLocalStorageContextManager();
  beforeAll(() => {
    context.setGlobalContextManager(manager.enable());
  });
  afterAll(() => {
    context.disable();
  });

  test('the tags of the context lie under those of the call', () => {
    const fixture = watched('method', 'route');
    const measure = fixture.measure();
    withTags({ method: 'GET', route: '/a' }, () => {
      measure.record(1);
      measure.record(1, { route: '/b' });
      measure.record(1, TagMap.of({ method: 'PUT' }));
      record([measure.m(1)], { method: 'DEL', route: '/c' });
    });
    measure.record(1);
    expect(fixture.values()).toEqual({
      '{"method":"GET","route":"/a"}': 1,
      '{"method":"GET","route":"/b"}': 1,
      '{"method":"PUT","route":"/a"}': 1,
      '{"method":"DEL","route":"/c"}': 1,
      '{}': 1,
    });
  });

  test('undefined and null leave the tag to the context; the empty string takes it away', () => {
    const fixture = watched('method');
    withTags({ method: 'GET' }, () => {
      fixture.measure().record(1, { method: undefined });
      fixture.measure().record(1, { method: null });
      fixture.measure().record(1, untyped(null));
      fixture.measure().record(1, { method: '' });
    });
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 3, '{}': 1 });
  });

  test('the tags of a call do not enter the context', () => {
    const fixture = watched('method');
    withTags({}, () => {
      fixture.measure().record(1, { method: 'GET' });
      fixture.measure().record(1);
    });
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 1, '{}': 1 });
  });

  test('tags follow asynchronous work to the recording', async () => {
    const fixture = watched('id');
    const work = async (id: string): Promise<void> => {
      await withTags({ id }, async () => {
        await null;
        fixture.measure().record(1);
      });
    };
    await Promise.all(['1', '2', '1'].map(work));
    expect(fixture.values()).toEqual({ '{"id":"1"}': 2, '{"id":"2"}': 1 });
  });

  test('a bound recorder does not look at the context', () => {
    const fixture = watched('method', 'route');
    const bound = fixture.measure().bind({ method: 'GET' });
    withTags({ method: 'PUT', route: '/a' }, () => {
      bound.record(1);
      fixture.measure().bind().record(1);
    });
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 1, '{}': 1 });
  });

  test('what stands in the context and is no tag map drops the recording, counted', async () => {
    const fixture = watched('method');
    const broken = setTags(ROOT_CONTEXT, untyped({ method: 'GET' }));
    context.with(broken, () => fixture.measure().record(1));
    expect(fixture.values()).toEqual({});
    expect(await fixture.drops()).toEqual({ 'm tags_failed': 1 });
  });
});

describe('looking at the context', () => {
  // A context manager of our own: it counts how often it is asked.
  const asked = { times: 0 };
  beforeAll(() => {
    context.setGlobalContextManager({
      active: () => {
        asked.times++;
        return ROOT_CONTEXT;
      },
      with: (_, fn, self, ...args) => fn.call(untyped(self), ...args),
      bind: (_, target) => target,
      enable: () => untyped(undefined),
      disable: () => untyped(undefined),
    });
  });
  afterAll(() => {
    context.disable();
  });
  const looks = (act: () => void): number => {
    const before = asked.times;
    act();
    return asked.times - before;
  };

  test('the context is not asked when the call names every key, be the row new, known or overflowing', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['a', 'b'], seriesLimit: 2 });
    fixture.watch(measure, { name: 'total' });
    for (const a of ['1', '1', '2', '3', 4, false, ''])
      expect(looks(() => measure.record(1, { a, b: 'x' }))).toBe(0);
    expect(looks(() => measure.record(1, TagMap.of({ a: '1', b: 'x' })))).toBe(0);
    expect(looks(() => measure.bind({ a: '9' }).record(1))).toBe(0);
  });

  test('the context is not asked for a view without tag keys', () => {
    const fixture = watched();
    for (const tags of [undefined, {}, TagMap.empty])
      expect(looks(() => fixture.measure().record(1, tags))).toBe(0);
  });

  test('the context is asked once for all the keys that a call leaves out', () => {
    const fixture = watched('a', 'b', 'c');
    expect(looks(() => fixture.measure().record(1, { b: 'x' }))).toBe(1);
    expect(looks(() => fixture.measure().record(1))).toBe(1);
  });

  test('a measure without a view asks nothing', () => {
    expect(looks(() => new Fixture().measure().record(1))).toBe(0);
  });
});
