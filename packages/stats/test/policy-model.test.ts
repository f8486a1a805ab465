import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sum, type ViewConfigValues } from '../src/index.ts';
import { Fixture } from './recorded.ts';

const names = ['a', 'b', 'c'] as const;
const call = fc.record({
  tags: fc.dictionary(
    fc.constantFrom(...names),
    fc.constantFrom('', '1', '2', 'x', `${'y'.repeat(40)}1`, `${'y'.repeat(40)}2`),
    {
      noNullPrototype: true,
    },
  ),
  value: fc.integer({ min: 0, max: 9 }),
  bound: fc.boolean(),
});
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

/** New names for tags that are a swap, a cycle, fresh ones, or none: never two of one name. */
const rename = fc
  .tuple(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 3, maxLength: 3 }), fc.boolean())
  .map(([targets, on]) => (on ? Object.fromEntries(names.map((name, i) => [name, targets[i]])) : {}));
const tags = fc.record({
  deny: fc.subarray([...names]),
  rename,
  valueLength: fc.constantFrom(32, 1024),
});
const views = fc.constantFrom<ViewConfigValues['views'] & object>(
  [],
  [{ name: 'm', tags: ['a'] }],
  [{ name: 'm', tags: ['c', 'b'] }],
  [{ name: 'm', expiry: '1h' }],
  [{ name: 'm', seriesLimit: 2 }],
);
const rules = fc.constantFrom<ViewConfigValues['rules'] & object>(
  [],
  [{ name: 'm', labels: [{ name: 'a', regex: { N: '[0-9]+' } }] }],
  [{ name: 'm', labels: [{ name: 'b', regex: { 1: '2', 2: '1' } }] }],
);

function recordAll(fixture: Fixture, calls: readonly Call[]): void {
  for (const { tags, value, bound } of calls) {
    if (bound) fixture.measure().bind(tags).record(value);
    else fixture.measure().record(value, tags);
  }
}

function plain(): Fixture {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: [...names], aggregation: sum() });
  return fixture;
}

const total = (fixture: Fixture): number =>
  fixture.stats.retrieveData('m').reduce((all, { value }) => all + value, 0);

test('whatever the operator decides, rows add up to what was recorded; taken back, rows are those of code', () => {
  const policy = fc.record({ tags, views, rules });
  fc.assert(
    fc.property(fc.array(call), policy, (calls, values) => {
      const [fixture, untouched] = [plain(), plain()];
      recordAll(untouched, calls);
      fixture.stats.configure(values);
      recordAll(fixture, calls);
      expect(total(fixture)).toBe(total(untouched));
      // A view that is back under the terms of code begins anew; one that was never touched goes on.
      const before = fixture.stats.runningViews()[0] === fixture.stats.views()[0] ? fixture.values() : {};
      fixture.stats.configure({});
      if (Object.keys(fixture.values()).length > 0) expect(fixture.values()).toEqual(before);
      else {
        recordAll(fixture, calls);
        expect(fixture.values()).toEqual(untouched.values());
      }
    }),
    { numRuns: 500 },
  );
});

test('under new names and a length alone, rows are distinct exactly where they were', () => {
  fc.assert(
    fc.property(fc.array(call), rename, fc.constantFrom(32, 40, 1024), (calls, rename, valueLength) => {
      const [fixture, untouched] = [plain(), plain()];
      fixture.stats.configure({ tags: { rename, valueLength } });
      recordAll(fixture, calls);
      recordAll(untouched, calls);
      const rows = fixture.stats.retrieveData('m').map(({ value }) => value);
      expect(rows).toEqual(untouched.stats.retrieveData('m').map(({ value }) => value));
      const back = new Map(names.map((name) => [(rename as Record<string, string>)[name] ?? name, name]));
      for (const [i, { tags }] of fixture.stats.retrieveData('m').entries()) {
        const old = untouched.stats.retrieveData('m')[i].tags;
        const kept = Object.entries(tags).map(([label, value]) => [back.get(label), value]);
        const short = ([, value]: [string, string]) => value.length <= valueLength;
        expect(Object.fromEntries(kept)).toMatchObject(Object.fromEntries(Object.entries(old).filter(short)));
      }
    }),
    { numRuns: 500 },
  );
});

test('denying tags gives the rows of a view that code defines without them', () => {
  fc.assert(
    fc.property(fc.array(call), fc.subarray([...names]), (calls, deny) => {
      const fixture = plain();
      fixture.stats.configure({ tags: { deny } });
      const other = new Fixture();
      other.watch(other.measure(), {
        tagKeys: names.filter((name) => !deny.includes(name)),
        aggregation: sum(),
      });
      for (const each of [fixture, other]) recordAll(each, calls);
      expect(fixture.values()).toEqual(other.values());
    }),
  );
});
