import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BoundRecorder, type Measure, record, type View, view } from '../src/index.ts';
import { Fixture } from './recorded.ts';
import { aggregations, type Given, type Kind, LIMIT, Model, ViewModel } from './stats-model.ts';

const kind = fc.constantFrom<Kind>('count', 'sum', 'last', 'dist');
const keys = fc.subarray(['a', 'b']);
const name = fc.constantFrom('v', 'w', 'x', 'y', 'z');
const tags = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', '1', '2', '3'), {
  noNullPrototype: true,
});
const value = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -3, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY) },
);
const step = fc.oneof(
  fc.record({ do: fc.constant('register' as const), name, kind, keys }),
  fc.record({ do: fc.constant('unregister' as const), name }),
  fc.record({ do: fc.constant('bind' as const), tags }),
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('record' as const), value, tags, batch: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('recordBound' as const), value, which: fc.nat(9) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The real thing and the model side by side. */
class Pair {
  readonly fixture: Fixture = new Fixture();
  readonly measure: Measure = this.fixture.measure();
  readonly model: Model = new Model();
  readonly #views = new Map<string, { view: View; model: ViewModel }>();
  readonly #bound: { recorder: BoundRecorder; tags: Given }[] = [];

  take(given: Step): void {
    if (given.do === 'register') this.#register(given);
    else if (given.do === 'unregister') this.#unregister(given.name);
    else if (given.do === 'bind')
      this.#bound.push({ recorder: this.measure.bind(given.tags), tags: given.tags });
    else if (given.do === 'record') this.#record(given);
    else this.#recordBound(given.value, given.which);
  }

  check(): void {
    for (const [name, { model }] of this.#views) expect(this.fixture.values(name)).toEqual(model.values());
    expect(this.fixture.stats.views().map((each) => each.name)).toEqual([...this.#views.keys()]);
    expect(this.fixture.stats.measures()).toEqual([{ measure: this.measure, views: this.#views.size }]);
    expect(this.measure.watch === undefined).toBe(this.#views.size === 0);
  }

  #register({ name, kind, keys }: Extract<Step, { do: 'register' }>): void {
    if (this.#views.has(name)) return;
    const options = { name, tagKeys: keys, aggregation: aggregations[kind], seriesLimit: LIMIT };
    const made = view({ measure: this.measure, ...options });
    this.fixture.stats.registerViews(made);
    const model = new ViewModel(kind, keys);
    this.#views.set(name, { view: made, model });
    this.model.register(model);
  }

  #unregister(name: string): void {
    const known = this.#views.get(name);
    expect(this.fixture.stats.unregisterViews(known?.view ?? name)).toBe(known === undefined ? 0 : 1);
    if (known !== undefined) this.model.unregister(known.model);
    this.#views.delete(name);
  }

  #record({ value, tags, batch }: Extract<Step, { do: 'record' }>): void {
    if (batch) record([this.measure.m(value)], tags);
    else this.measure.record(value, tags);
    this.model.record(value, tags);
  }

  #recordBound(value: number, which: number): void {
    const bound = this.#bound[which];
    if (bound === undefined) return;
    bound.recorder.record(value);
    this.model.record(value, bound.tags);
  }
}

test('any sequence of registering, unregistering, recording and binding gives what a simple model gives', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const pair = new Pair();
      for (const each of steps) pair.take(each);
      pair.check();
    }),
    { numRuns: 1000 },
  );
});

test('a snapshot of any sequence has no errors, and its families are the views that have rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const pair = new Pair();
      for (const each of steps) pair.take(each);
      const { families, errors } = await pair.fixture.registry.gather();
      const named = pair.fixture.stats.views().map((each) => each.name);
      const full = named.filter((name) => pair.fixture.stats.retrieveData(name).length > 0);
      expect(errors).toEqual([]);
      expect(families.map((family) => family.name).filter((each) => named.includes(each))).toEqual(
        full.toSorted(),
      );
    }),
  );
});
