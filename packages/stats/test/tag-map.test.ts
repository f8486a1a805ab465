import { MetricsError } from '@oriel/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tagKey } from '../src/tag-key.ts';
import { type TagChanges, TagMap } from '../src/tag-map.ts';
import {
  insert,
  NO_PROPAGATION,
  remove,
  type TagMutator,
  UNLIMITED_PROPAGATION,
  update,
  upsert,
} from '../src/tag-mutator.ts';

const base = TagMap.of({ method: 'GET', route: '/' });

function contentOf(map: TagMap): unknown[] {
  return [...map].map(([name, value]) => [name, value, map.ttl(name)]);
}

function dropsOf(map: TagMap, changes: unknown): { result: TagMap; drops: string[][] } {
  const drops: string[][] = [];
  const result = map.apply(changes as TagChanges, { onDropped: (...drop) => drops.push(drop) });
  return { result, drops };
}

describe('mutators', () => {
  test.each([
    ['insert', insert('method', 'PUT'), { method: 'GET', route: '/' }],
    ['insert', insert('new', 'x'), { method: 'GET', route: '/', new: 'x' }],
    ['update', update('method', 'PUT'), { method: 'PUT', route: '/' }],
    ['update', update('new', 'x'), { method: 'GET', route: '/' }],
    ['upsert', upsert('method', 'PUT'), { method: 'PUT', route: '/' }],
    ['upsert', upsert('new', 'x'), { method: 'GET', route: '/', new: 'x' }],
    ['remove', remove('method'), { route: '/' }],
    ['remove', remove('new'), { method: 'GET', route: '/' }],
  ])('%s() follows the table of OpenCensus: %j', (_, mutator, expected) => {
    expect(Object.fromEntries(base.apply([mutator]))).toEqual(expected);
  });

  test('apply() runs mutators in order', () => {
    const steps = [upsert('k', '1'), remove('k'), insert('k', '2'), update('k', '3')];
    expect([...TagMap.empty.apply(steps)]).toEqual([['k', '3']]);
  });

  test('a new tag replaces the metadata along with the value', () => {
    const kept = base.apply([upsert('method', 'PUT', { ttl: NO_PROPAGATION })]);
    expect(kept.ttl('method')).toBe(NO_PROPAGATION);
    expect(kept.apply([update('method', 'PUT')]).ttl('method')).toBe(UNLIMITED_PROPAGATION);
    expect(kept.apply([insert('method', 'X')]).ttl('method')).toBe(NO_PROPAGATION);
  });

  test.each([undefined, null, {}, { ttl: undefined }])('metadata %j is unlimited propagation', (metadata) => {
    expect(TagMap.empty.apply([insert('k', 'v', metadata)]).ttl('k')).toBe(UNLIMITED_PROPAGATION);
  });

  test.each([insert, update, upsert])('%o throws for a bad key or ttl, never for a bad value', (build) => {
    expect(() => build('é', 'v')).toThrow(MetricsError);
    expect(() => build({ kind: 'tagKey', name: '' }, 'v')).toThrow(/the name is empty/);
    expect(() => build('k', 'v', { ttl: 5 as 0 })).toThrow(
      /Cannot change tag "k": the ttl is 5 .number.; use NO_PROPAG/,
    );
    expect(() => build('k', Symbol('v') as unknown as string)).not.toThrow();
  });

  test('remove() throws for a bad key', () => {
    expect(() => remove('')).toThrow(/Cannot remove tag "": the name is empty/);
  });

  test('a list of mutators gives what a plain map gives, for any list', () => {
    const name = fc.constantFrom('a', 'b', '__proto__', 'constructor');
    const ttl = fc.constantFrom(NO_PROPAGATION, UNLIMITED_PROPAGATION);
    const step = fc.record({
      action: fc.constantFrom('insert', 'update', 'upsert', 'remove'),
      name,
      value: fc.string(),
      ttl,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const model = new Map<string, unknown[]>();
        for (const { action, name: key, value, ttl: far } of steps) {
          if (action === 'remove') model.delete(key);
          else if (action === 'upsert' || model.has(key) === (action === 'update'))
            model.set(key, [key, value, far]);
        }
        const mutators = steps.map(
          (s): TagMutator =>
            s.action === 'remove'
              ? remove(s.name)
              : { insert, update, upsert }[s.action]!(tagKey(s.name), s.value, { ttl: s.ttl }),
        );
        expect(contentOf(TagMap.empty.apply(mutators))).toEqual([...model.values()]);
      }),
    );
  });
});

describe('apply()', () => {
  test.each([undefined, null, 7, {}, Symbol('v')])(
    'drops the whole list for the value %o and says so once',
    (bad) => {
      const list = [upsert('a', '1'), insert('method', bad as string), remove('route')];
      const { result, drops } = dropsOf(base, list);
      expect(result).toBe(base);
      expect(drops).toEqual([['value_invalid', 'method']]);
    },
  );

  test('checks the value of an update of a missing key', () => {
    expect(dropsOf(base, [update('none', 1 as unknown as string)]).drops).toEqual([
      ['value_invalid', 'none'],
    ]);
  });

  test('drops an object whole for one bad key or value', () => {
    expect(dropsOf(base, { a: '1', é: '2' })).toEqual({ result: base, drops: [['key_invalid', 'é']] });
    expect(dropsOf(base, { a: '1', b: 2 })).toEqual({ result: base, drops: [['value_invalid', 'b']] });
  });

  test.each([[undefined], [null], [[null]], [[{}]], [[{ ...upsert('a', '1'), action: 'x' }]]])(
    'survives changes that cannot be read: %o',
    (changes) => {
      const { result, drops } = dropsOf(base, changes);
      expect(result).toBe(base);
      expect(drops.map(([reason]) => reason)).toEqual(['change_invalid']);
    },
  );

  test('survives an object whose getter throws', () => {
    const get = (): never => {
      throw new Error('getter');
    };
    const changes = Object.defineProperty({ a: '1' }, 'k', { enumerable: true, get });
    expect(dropsOf(base, changes)).toEqual({ result: base, drops: [['change_invalid', '']] });
  });

  test('survives any value at all', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withNullPrototype: true }), (changes) => {
        expect(base.apply(changes as TagChanges)).toBeInstanceOf(TagMap);
      }),
    );
  });

  test('survives a callback that throws', () => {
    const onDropped = (): never => {
      throw new Error('callback');
    };
    expect(base.apply({ a: 1 as unknown as string }, { onDropped })).toBe(base);
  });

  test('lays another map over this one, with its metadata', () => {
    const over = TagMap.empty.apply([upsert('method', 'PUT', { ttl: NO_PROPAGATION }), upsert('k', 'v')]);
    expect(contentOf(base.apply(over))).toEqual([
      ['method', 'PUT', NO_PROPAGATION],
      ['route', '/', UNLIMITED_PROPAGATION],
      ['k', 'v', UNLIMITED_PROPAGATION],
    ]);
  });

  test('takes any string as a value: empty, long, Unicode, a lone surrogate', () => {
    for (const value of ['', 'x'.repeat(10_000_000), 'naïve/é/日本', '\ud800', 'a\nb\0']) {
      expect(base.apply({ value }).get('value')).toBe(value);
    }
  });
});

describe('TagMap', () => {
  test('get(), has() and ttl() take a key or its name, and keys of one name are one key', () => {
    for (const key of ['method', tagKey('method'), tagKey('method')]) {
      expect([base.get(key), base.has(key), base.ttl(key)]).toEqual(['GET', true, UNLIMITED_PROPAGATION]);
    }
    expect([base.get('none'), base.has('none'), base.ttl('none')]).toEqual([undefined, false, undefined]);
    expect([...base.apply([remove(tagKey('method'))])]).toEqual([['route', '/']]);
  });

  test('has no tag it was not given, not even what objects inherit', () => {
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(TagMap.of({}).get(name)).toBeUndefined();
  });

  test('of() keeps "__proto__" like any other name', () => {
    const tags = JSON.parse('{"__proto__":"p","k":"v"}');
    expect([...TagMap.of(tags)]).toEqual([
      ['__proto__', 'p'],
      ['k', 'v'],
    ]);
  });

  test('iterates in the order of insertion, a replaced tag keeping its place', () => {
    const map = TagMap.of({ b: '1', a: '2' }).apply([upsert('c', '3'), upsert('b', '4')]);
    expect([...map.entries()]).toEqual([
      ['b', '4'],
      ['a', '2'],
      ['c', '3'],
    ]);
    expect(map.size).toBe(3);
  });

  test('of() takes pairs, the last of a name winning', () => {
    expect([
      ...TagMap.of([
        ['k', '1'],
        ['k', '2'],
      ]),
    ]).toEqual([['k', '2']]);
    expect([...TagMap.of(new Map([['k', '1']]))]).toEqual([['k', '1']]);
  });

  test('of() throws for a bad key, a bad value and what is neither object nor pairs', () => {
    expect(() => TagMap.of({ é: 'v' })).toThrow(expect.objectContaining({ code: 'LABEL_NAME_INVALID' }));
    expect(() => TagMap.of({ k: 1 as unknown as string })).toThrow(
      'Cannot set tag "k": the value is not a string',
    );
    expect(() => TagMap.of(null as unknown as object as Record<string, string>)).toThrow(MetricsError);
    expect(() => TagMap.of([null] as unknown as [string, string][])).toThrow(MetricsError);
  });

  test('never changes: not by later maps, by the object it came from or by what it gives out', () => {
    const source: Record<string, string> = { k: 'v' };
    const map = TagMap.of(source);
    source.k = 'other';
    map.apply([upsert('k', 'x'), remove('k')]);
    for (const pair of map) pair[1] = 'changed';
    expect([...map]).toEqual([['k', 'v']]);
    expect(() => Object.assign(map, { size: 7 })).toThrow(TypeError);
    expect(() => Object.assign(map, { extra: 7 })).toThrow(TypeError);
  });

  test('instanceof and apply() hold for the map of a second copy of the module', async () => {
    const second = '../src/tag-map.ts?second';
    const copy: { TagMap: typeof TagMap } = await import(/* @vite-ignore */ second);
    expect(copy.TagMap).not.toBe(TagMap);
    const foreign = copy.TagMap.of({ k: 'v' });
    expect(foreign).toBeInstanceOf(TagMap);
    expect([...base.apply(foreign)]).toContainEqual(['k', 'v']);
    expect({}).not.toBeInstanceOf(TagMap);
  });
});
