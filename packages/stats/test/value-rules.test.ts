import { LABEL_VALUE_LIMIT } from '@oriel/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ValueRuleValues, viewConfig } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

/** A view `http/server/count` by path and method, under these rules for its path. */
function ruled(...regexes: readonly ValueRuleValues['labels'][number]['regex'][]): Fixture {
  const rules = regexes.map((regex) => ({
    name: 'dapr_http_server_count',
    labels: [{ name: 'path', regex }],
  }));
  return withRules(rules);
}

function withRules(rules: readonly ValueRuleValues[]): Fixture {
  const fixture = new Fixture();
  fixture.stats.configure({ rules });
  fixture.watch(fixture.measure('http/server/count'), { tagKeys: ['path', 'method'] });
  return fixture;
}

function paths(fixture: Fixture): Record<string, number> {
  const rows = fixture.stats
    .retrieveData('http/server/count')
    .map(({ tags, value }) => [tags.path ?? '', value]);
  return Object.fromEntries(rows);
}

function recorded(fixture: Fixture, ...given: readonly unknown[]): Record<string, number> {
  for (const path of given) fixture.measure('http/server/count').record(1, { path, method: 'GET' });
  return paths(fixture);
}

describe("the reference's table", () => {
  test('each value meets the rule for it, and others stay', () => {
    const fixture = ruled({ '/orders/TEST': '/orders/.+', '/lightsabers/TEST': '/lightsabers/.+' });
    expect(recorded(fixture, '/orders/123', '/lightsabers/123', '/siths/123')).toEqual({
      '/orders/TEST': 1,
      '/lightsabers/TEST': 1,
      '/siths/123': 1,
    });
  });

  test('orders/ from orders/.+', () => {
    expect(recorded(ruled({ 'orders/': 'orders/.+' }), 'orders/a746dhsk293972nz')).toEqual({ 'orders/': 1 });
  });

  test('wf-0 to wf-99 are one row', () => {
    const given = Array.from({ length: 100 }, (_, i) => `wf-${i}`);
    expect(recorded(ruled({ other: 'wf-.+' }), ...given)).toEqual({ other: 100 });
  });

  test('a rule installed later holds for the next recording, bound ones too', () => {
    const fixture = ruled();
    const bound = fixture.measure('http/server/count').bind({ path: 'app-1234', method: 'GET' });
    bound.record(1);
    const rules = [{ name: 'http/server/count', labels: [{ name: 'path', regex: { app: 'app-.+' } }] }];
    fixture.stats.configure({ rules });
    bound.record(1);
    expect(recorded(fixture, 'app-7')).toEqual({ app: 2 });
  });
});

describe('order', () => {
  test.each([
    [{ b: 'a', c: 'b' }, 'c'],
    [{ c: 'b', b: 'a' }, 'b'],
    [[{ c: 'b' }, { b: 'a' }], 'b'],
    [[{ x: 'a' }, { x: 'b' }, { y: 'x' }], 'y'],
    [[{ 2: 'a' }, { 1: '2' }], '1'],
  ])('%j makes of "a" the same a hundred times: %s', (regex, expected) => {
    const seen = Array.from({ length: 100 }, () => Object.keys(recorded(ruled(untyped(regex)), 'a'))[0]);
    expect(new Set(seen)).toEqual(new Set([expected]));
  });

  test('several rules for one label apply one after the other', () => {
    expect(recorded(ruled({ b: 'a' }, { c: 'b' }), 'a')).toEqual({ c: 1 });
    expect(recorded(ruled({ c: 'b' }, { b: 'a' }), 'a')).toEqual({ b: 1 });
  });
});

describe('what a rule is for', () => {
  test.each(['dapr_http_server_count', 'http_server_count', 'http/server/count', 'http/server/*', '*'])(
    '"%s" names the view',
    (name) => {
      const fixture = withRules([{ name, labels: [{ name: 'path', regex: { x: '.+' } }] }]);
      expect(recorded(fixture, 'a')).toEqual({ x: 1 });
    },
  );

  test('the name of its measure names a view, and a dotted name can be written in both ways', () => {
    for (const name of ['grpc.io/server/rpcs', 'dapr_grpc_io_server_rpcs']) {
      const fixture = new Fixture();
      fixture.stats.configure({ rules: [{ name, labels: [{ name: 'k', regex: { x: '.+' } }] }] });
      fixture.watch(fixture.measure('grpc.io/server/rpcs'), { name: 'v', tagKeys: ['k'] });
      fixture.watch(fixture.measure('other'), { tagKeys: ['k'] });
      for (const measure of ['grpc.io/server/rpcs', 'other']) fixture.measure(measure).record(1, { k: 'a' });
      expect([fixture.values('v'), fixture.values('other')]).toEqual([
        { '{"k":"x"}': 1 },
        { '{"k":"a"}': 1 },
      ]);
    }
  });

  test('another namespace takes the place of dapr', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure('a/b'), { tagKeys: ['k'] });
    const rules = [{ name: 'shop_a_b', labels: [{ name: 'k', regex: { x: 'y' } }] }];
    const warnings = (namespace?: string) =>
      viewConfig(fixture.stats, { namespace }).prepare({ rules }).warnings;
    expect([warnings('shop').length, warnings().length]).toEqual([0, 1]);
  });

  test('name and label are told apart: no other pair with the same letters is meant', () => {
    const fixture = new Fixture();
    fixture.stats.configure({ rules: [{ name: 'ab', labels: [{ name: 'c', regex: { x: '.+' } }] }] });
    fixture.watch(fixture.measure('a'), { tagKeys: ['bc'] });
    fixture.measure('a').record(1, { bc: 'v' });
    expect(fixture.values('a')).toEqual({ '{"bc":"v"}': 1 });
  });

  test('a label goes by the name code gives it, also when it is renamed', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { tagKeys: ['z', 'b'] });
    const rules = [{ name: 'm', labels: [{ name: 'z', regex: { X: 'v' } }] }];
    fixture.stats.configure({ rules, tags: { rename: { z: 'a' } } });
    fixture.measure().record(1, { z: 'v', b: 'v' });
    expect(fixture.values()).toEqual({ '{"a":"X","b":"v"}': 1 });
  });
});

describe('values', () => {
  test('an empty value is not seen by a rule', () => {
    const fixture = ruled({ none: '^$', some: '.*' });
    expect(recorded(fixture, '', undefined, null, 'a')).toEqual({ '': 3, some: 1 });
  });

  test('numbers and booleans are seen as their text', () => {
    expect(recorded(ruled({ N: '[0-9]+', B: 'true' }), 200, 7n, true)).toEqual({ N: 2, B: 1 });
  });

  test('what cannot be a label value is dropped and counted as without rules', async () => {
    const fixture = ruled({ x: '.*' });
    expect(recorded(fixture, {}, Symbol('s'))).toEqual({});
    expect(await fixture.drops()).toEqual({ 'http/server/count label_value_invalid': 2 });
  });

  test('a raw value that is what another becomes is rewritten itself, whatever came first', () => {
    for (const given of [
      ['a', 'b', 'a'],
      ['b', 'a', 'b'],
    ]) {
      const result = recorded(ruled([{ '<$0>': '^[ab]$' }, { b: '^<a>$' }]), ...given);
      const expected = given[1] === 'b' ? { b: 2, '<b>': 1 } : { '<b>': 2, b: 1 };
      expect(result).toEqual(expected);
    }
  });

  test('a raw value that is what another became is not taken for it, in a row that is there', () => {
    const fixture = ruled({ b: '^a$', c: '^b$' });
    expect(recorded(fixture, 'x', 'a', 'c', 'b', 'c')).toEqual({ x: 1, c: 4 });
    const other = ruled({ '<$0>': '^[ab]$' }, { b: '^<a>$' });
    expect(recorded(other, 'a', 'a', 'b', 'a')).toEqual({ b: 3, '<b>': 1 });
  });

  test('a value a rule makes too long is cut, and distinct ones stay distinct', async () => {
    const fixture = ruled({ $0$0: '.+' });
    const long = 'x'.repeat(600);
    const keys = Object.keys(recorded(fixture, `${long}1`, `${long}2`));
    expect(keys.map((key) => key.length)).toEqual([LABEL_VALUE_LIMIT, LABEL_VALUE_LIMIT]);
    expect(await fixture.drops()).toEqual({ 'http/server/count label_value_mended': 2 });
  });

  test('a very long value is cut before the rules see it, which may fold it', () => {
    const fixture = ruled({ '/search': '^/search\\?.*' });
    const given = [`/search?${'x'.repeat(5000)}1`, `/search?${'x'.repeat(5000)}2`];
    expect(recorded(fixture, ...given)).toEqual({ '/search': 2 });
  });

  test('tags from a tag map, a getter and a bound recorder are rewritten alike', () => {
    const fixture = ruled({ x: '.+' });
    const measure = fixture.measure('http/server/count');
    measure.record(
      1,
      new (class {
        method = 'GET';
        get path(): string {
          return 'a';
        }
      })() as never,
    );
    measure.bind({ path: 'b', method: 'GET' }).record(1);
    expect(recorded(fixture, 'c')).toEqual({ x: 3 });
  });
});

test('200 000 values that a rule folds are one row, and its sum is right', () => {
  const fixture = withRules([{ name: '*', labels: [{ name: 'path', regex: { '/p/{n}': '^/p/.*' } }] }]);
  const measure = fixture.measure('http/server/count');
  for (let i = 0; i < 200_000; i++) measure.record(1, { path: `/p/${i}` });
  expect(paths(fixture)).toEqual({ '/p/{n}': 200_000 });
});

test('a pattern that hangs a backtracking engine costs linear time', () => {
  const fixture = ruled({ x: '^(a+)+$' });
  const given = 'a'.repeat(1000);
  expect(recorded(fixture, `${given}!`, given)).toEqual({ [`${given}!`]: 1, x: 1 });
});

test.each([
  [{}, ['rules'], 'use a list of rules, each with a name and labels'],
  [[{ labels: [] }], ['rules', 0], 'add "name", the name of a metric'],
  [[{ name: '' }], ['rules', 0, 'name'], 'use the name of a metric'],
  [[{ name: 'm', label: [] }], ['rules', 0, 'label'], 'no such field is known; use "name" or "labels"'],
  [[{ name: 'm', labels: {} }], ['rules', 0, 'labels'], 'use a list of labels, each with a name and regex'],
  [[{ name: 'm', labels: [{ regex: {} }] }], ['rules', 0, 'labels', 0], 'add "name", the name of a label'],
  [
    [{ name: 'm', labels: [{ name: 'k', regex: 'x' }] }],
    ['rules', 0, 'labels', 0, 'regex'],
    'use an object of patterns by replacement, or a list of such objects',
  ],
  [
    [{ name: 'm', labels: [{ name: 'k', regex: ['x'] }] }],
    ['rules', 0, 'labels', 0, 'regex', 0],
    'use an object of patterns by replacement',
  ],
  [
    [{ name: 'm', labels: [{ name: 'k', regex: { x: 5 } }] }],
    ['rules', 0, 'labels', 0, 'regex', 'x'],
    'use a pattern as a text, in quotes',
  ],
  [
    [{ name: 'm', labels: [{ name: 'k', regex: { x: '(?=a)' } }] }],
    ['rules', 0, 'labels', 0, 'regex', 'x'],
    'use a regular expression in the syntax of RE2; error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
  ],
])('rules %j are refused', (rules, path, message) => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['k'] });
  expect(viewConfig(fixture.stats).prepare(untyped({ rules })).issues).toEqual([{ path, message }]);
});

test('two recordings share a row exactly when the rules make their values equal', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', '/'), maxLength: 4 });
  const regex = { N: '[0-9]+', b$1: 'a(b*)' };
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), fc.boolean(), (given, bound) => {
      const fixture = ruled(regex);
      const measure = fixture.measure('http/server/count');
      const expected: Record<string, number> = {};
      for (const path of given) {
        if (bound) measure.bind({ path, method: 'GET' }).record(1);
        else measure.record(1, { path, method: 'GET' });
        const kept = path.replace(/[0-9]+/g, 'N').replace(/a(b*)/g, 'b$1');
        expected[kept] = (expected[kept] ?? 0) + 1;
      }
      expect(paths(fixture)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('views without a rule do not load the engine of the patterns', async () => {
  const { runProgram } = await import('./program.ts');
  const program = (regex: string) => `
    import { createRequire } from 'node:module';
    import { count, Stats, view } from ENTRY;
    const stats = new Stats();
    stats.registerViews(view({ measure: stats.measureDouble({ name: 'm' }), tagKeys: ['k'], aggregation: count() }));
    stats.configure({ tags: { valueLength: 64 }, rules: [{ name: 'm', labels: [{ name: 'k', regex: ${regex} }] }] });
    const loaded = Object.keys(createRequire(ENTRY).cache);
    console.log(loaded.some((file) => file.includes('re2js')));
  `;
  expect([await runProgram(program('{}')), await runProgram(program('{ x: "y" }'))]).toEqual([
    'false',
    'true',
  ]);
});

test('a getter that records into the same view while it is read disturbs nothing', () => {
  const fixture = ruled({ N: '[0-9]+' });
  const measure = fixture.measure('http/server/count');
  const tags = {
    method: 'GET',
    get path(): string {
      measure.record(1, { method: 'PUT', path: '7' });
      return '1';
    },
  };
  for (let i = 0; i < 3; i++) measure.record(1, tags);
  const rows = fixture.stats.retrieveData('http/server/count');
  expect(rows.map(({ tags }) => tags)).toEqual(
    expect.arrayContaining([
      { method: 'GET', path: 'N' },
      { method: 'PUT', path: 'N' },
    ]),
  );
  expect(rows).toHaveLength(2);
  expect(rows.find(({ tags }) => tags.method === 'GET')?.value).toBe(3);
});

test('a getter that throws once drops that recording alone', async () => {
  const fixture = ruled({ N: '[0-9]+' });
  const measure = fixture.measure('http/server/count');
  const failing = {
    get path(): string {
      throw new Error('getter');
    },
  };
  for (const tags of [{ path: '1' }, failing, { path: '2' }]) measure.record(1, tags);
  expect(paths(fixture)).toEqual({ N: 2 });
  expect(await fixture.drops()).toEqual({ 'http/server/count tags_failed': 1 });
});
