import { context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type Exemplar, ExemplarSampler, Registry, type SeriesColumns } from '@oriel/metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { count, distribution, exponential, lastValue, record, spanExemplars, sum } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

/** A clock that a test moves. */
class HandClock {
  time = 1_700_000_000_000;
  readonly #timers: { readonly due: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  setTimeout(callback: () => void, milliseconds: number): object {
    this.#timers.push({ due: this.time + milliseconds, callback });
    return {};
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    while (this.#timers.length > 0 && this.#timers[0].due <= end) {
      const { due, callback } = this.#timers.shift()!;
      this.time = due;
      callback();
    }
    this.time = end;
  }
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

const idOf = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

/** Runs in a span whose ids end in a number. */
function inSpan<T>(number: number, act: () => T, changes: Partial<SpanContext> = {}): T {
  const spanContext = {
    traceId: idOf(number, 32),
    spanId: idOf(number, 16),
    traceFlags: TraceFlags.SAMPLED,
    ...changes,
  };
  return context.with(trace.setSpan(context.active(), trace.wrapSpanContext(spanContext)), act);
}

/** A fixture whose sampler is on a clock that is moved by hand. */
class Sampled extends Fixture {
  readonly clock: HandClock;

  constructor() {
    const clock = new HandClock();
    super({ exemplars: spanExemplars({ clock }) });
    this.clock = clock;
  }
}

async function columnsOf({ registry }: Fixture, name = 'm'): Promise<SeriesColumns> {
  const { families, errors } = await registry.gather({ names: [name] });
  expect(errors).toEqual([]);
  return families[0].parts[0];
}

/** Cell, trace, value of each. */
async function exemplarsOf(fixture: Fixture, name = 'm'): Promise<[number, number, number][]> {
  const { exemplars = new Map<number, Exemplar>() } = await columnsOf(fixture, name);
  return Array.from(exemplars, ([cell, one]): [number, number, number] => [
    cell,
    traceOf(one),
    one.value,
  ]).sort(([a], [b]) => a - b);
}

function traceOf({ labels }: Exemplar): number {
  return Number.parseInt(labels.find(({ name }) => name === 'trace_id')?.value ?? '', 16);
}

function labelsOf(exemplar: Exemplar | undefined): unknown {
  return Object.fromEntries((exemplar?.labels ?? []).map(({ name, value }) => [name, value]));
}

describe('active spans', () => {
  test.each([
    ['count', count(), [[0, 1, 1]]],
    ['sum', sum(), [[0, 1, 7]]],
    ['distribution', distribution([5, 10]), [[1, 1, 7]]],
    ['exponential', exponential(), [[0, 1, 7]]],
    ['exponential beside classic', exponential({}, [5, 10]), [[1, 1, 7]]],
    ['lastValue', lastValue(), []],
  ] as const)(
    'a view of %s keeps the span of a recording, in any form, or has no place for it',
    async (_, aggregation, expected) => {
      const forms = [
        (fixture: Fixture) => fixture.measure().record(7, { k: 'a' }),
        (fixture: Fixture) => fixture.measure().bind({ k: 'a' }).record(7),
        (fixture: Fixture) => record([fixture.measure().m(7)], { k: 'a' }),
      ];
      for (const form of forms) {
        const fixture = new Sampled();
        fixture.watch(fixture.measure(), { aggregation, tagKeys: ['k'] });
        inSpan(1, () => form(fixture));
        expect(await exemplarsOf(fixture)).toEqual(expected);
      }
    },
  );

  test('an exemplar has the ids of the span, the value and the time', async () => {
    const fixture = new Sampled();
    fixture.watch(fixture.measure(), { aggregation: distribution([5]) });
    inSpan(0xabc, () => fixture.measure().record(2));
    const { exemplars } = await columnsOf(fixture);
    expect(exemplars?.get(0)).toEqual({
      labels: [
        { name: 'span_id', value: '0000000000000abc' },
        { name: 'trace_id', value: '00000000000000000000000000000abc' },
      ],
      value: 2,
      timestamp: fixture.clock.time,
    });
  });

  test('an int64 measure has what is left of the value, so that it lies in its bucket', async () => {
    const fixture = new Sampled();
    const measure = fixture.stats.measureInt64({ name: 'm' });
    fixture.watch(measure, { aggregation: distribution([1, 2]) });
    inSpan(1, () => measure.record(1.9));
    expect(await exemplarsOf(fixture)).toEqual([[0, 1, 1]]);
  });

  test.each<[string, Partial<SpanContext>]>([
    ['is not sampled', { traceFlags: TraceFlags.NONE }],
    ['has a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['has a span id of zeros', { spanId: '0'.repeat(16) }],
    ['has a trace id that is none', { traceId: 'x' }],
    ['has capitals in its id', { spanId: 'ABCDEFABCDEFABCD' }],
  ])('a span that %s is never kept', async (_, changes) => {
    const fixture = new Sampled();
    fixture.watch(fixture.measure(), { aggregation: distribution([1]) });
    const bound = fixture.measure().bind();
    for (let i = 0; i < 20; i++) {
      inSpan(i + 1, () => bound.record(i), changes);
      inSpan(i + 1, () => fixture.measure().record(i), changes);
      fixture.clock.advance(200);
    }
    expect(await exemplarsOf(fixture)).toEqual([]);
  });

  test('no span is no exemplar, and a value that no view takes is none', async () => {
    const fixture = new Sampled();
    fixture.watch(fixture.measure(), { aggregation: sum() });
    const bound = fixture.measure().bind();
    fixture.measure().record(1);
    bound.record(1);
    inSpan(1, () => {
      for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
        bound.record(value);
        fixture.measure().record(value);
      }
    });
    expect(await exemplarsOf(fixture)).toEqual([]);
  });

  test('views that share their rows keep one span, and only those that take the value', async () => {
    const fixture = new Sampled();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'c' });
    fixture.watch(measure, { name: 's', aggregation: sum() });
    fixture.watch(measure, { name: 'd', aggregation: distribution([-10, 10]) });
    inSpan(1, () => measure.bind().record(-5));
    const found = await Promise.all(['c', 's', 'd'].map((name) => exemplarsOf(fixture, name)));
    expect(found).toEqual([[[0, 1, 1]], [], [[1, 1, -5]]]);
  });

  test('views with other tags have turns of their own, whoever records', async () => {
    const fixture = new Sampled();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'all' });
    fixture.watch(measure, { name: 'each', tagKeys: ['k'] });
    const [a, b] = ['a', 'b'].map((k) => measure.bind({ k }));
    inSpan(1, () => a.record(1));
    inSpan(2, () => b.record(1));
    inSpan(3, () => b.record(1));
    expect(await exemplarsOf(fixture, 'all')).toEqual([[0, 1, 1]]);
    expect(await exemplarsOf(fixture, 'each')).toEqual([
      [0, 1, 1],
      [1, 2, 1],
    ]);
  });

  test('a bound recorder asks again in the next turn of its row, and an exemplar stays seven seconds', async () => {
    const fixture = new Sampled();
    fixture.watch(fixture.measure(), { aggregation: distribution([1]) });
    const bound = fixture.measure().bind();
    for (const [trace, value, wait] of [
      [1, 0.5, 10],
      [2, 5, 180],
      [3, 6, 180],
      [4, 0.7, 7000],
      [5, 8, 0],
    ]) {
      inSpan(trace, () => bound.record(value));
      fixture.clock.advance(wait);
    }
    // The second came too early, the fourth while the first was young.
    expect(await exemplarsOf(fixture)).toEqual([
      [0, 1, 0.5],
      [1, 5, 8],
    ]);
    inSpan(6, () => bound.record(0.9));
    fixture.clock.advance(180);
    inSpan(7, () => bound.record(0.8));
    expect(await exemplarsOf(fixture)).toEqual([
      [0, 7, 0.8],
      [1, 5, 8],
    ]);
    fixture.clock.advance(70_001);
    expect(await exemplarsOf(fixture)).toEqual([]);
  });
});

describe('attachments', () => {
  test('they are kept without a sampler, in any form of recording, with the last of equal ones', async () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { aggregation: distribution([1, 10]) });
    const bound = measure.bind();
    measure.record(0.5, {}, { attachments: { order: '1' } });
    measure.record(0.6, {}, { attachments: { order: '2' } });
    bound.record(5, { attachments: { order: '3' } });
    record([measure.m(50)], undefined, { attachments: { order: '4' } });
    bound.record(0.7);
    const { exemplars } = await columnsOf(fixture);
    expect(Array.from(exemplars ?? [], ([cell, one]) => [cell, labelsOf(one), one.value])).toEqual([
      [0, { order: '2' }, 0.6],
      [1, { order: '3' }, 5],
      [2, { order: '4' }, 50],
    ]);
  });

  test('a young one of a trace, or with more labels, is not replaced by one that tells less', async () => {
    const fixture = new Sampled();
    fixture.watch(fixture.measure());
    const attach = async (attachments: Readonly<Record<string, string>>): Promise<unknown> => {
      fixture.measure().record(1, {}, { attachments });
      return labelsOf((await columnsOf(fixture)).exemplars?.get(0));
    };
    expect(await attach({ a: '1' })).toEqual({ a: '1' });
    expect(await attach({ a: '1', b: '2' })).toEqual({ a: '1', b: '2' });
    expect(await attach({ a: '3' })).toEqual({ a: '1', b: '2' });
    expect(await attach({ trace_id: '4' })).toEqual({ trace_id: '4' });
    expect(await attach({ a: '1', b: '2', c: '3' })).toEqual({ trace_id: '4' });
    fixture.clock.advance(7000);
    expect(await attach({ a: '5' })).toEqual({ a: '5' });
  });

  test('the ids of an active sampled span join them, where there is room and none is given', async () => {
    const fixture = new Sampled();
    fixture.watch(fixture.measure(), { tagKeys: ['k'] });
    inSpan(7, () => {
      fixture.measure().record(1, { k: 'a' }, { attachments: { order: '1' } });
      fixture.measure().record(1, { k: 'b' }, { attachments: { trace_id: 'mine' } });
      fixture.measure().record(1, { k: 'c' }, { attachments: { long: 'x'.repeat(100) } });
    });
    inSpan(8, () => fixture.measure().record(1, { k: 'd' }, { attachments: { order: '4' } }), {
      traceFlags: 0,
    });
    const { exemplars } = await columnsOf(fixture);
    expect([0, 1, 2, 3].map((cell) => labelsOf(exemplars?.get(cell)))).toEqual([
      { order: '1', span_id: idOf(7, 16), trace_id: idOf(7, 32) },
      { trace_id: 'mine' },
      { long: 'x'.repeat(100) },
      { order: '4' },
    ]);
  });

  test('a sampled span does not replace them, nor do they wait for a turn', async () => {
    const fixture = new Sampled();
    fixture.watch(fixture.measure());
    const bound = fixture.measure().bind();
    inSpan(1, () => bound.record(1));
    bound.record(1, { attachments: { order: '1' } });
    for (let i = 0; i < 5; i++) {
      fixture.clock.advance(8000);
      inSpan(2, () => bound.record(1));
    }
    expect(labelsOf((await columnsOf(fixture)).exemplars?.get(0))).toEqual({ order: '1' });
    fixture.clock.advance(31_000);
    inSpan(3, () => bound.record(1));
    expect(await exemplarsOf(fixture)).toEqual([[0, 3, 1]]);
  });

  test('empty ones are none, and wrong ones are dropped and counted while the value stays', async () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure());
    const throwing = {
      get attachments(): never {
        throw new Error('no');
      },
    };
    const wrong = [
      { attachments: { '': 'x' } },
      { attachments: { a: 'x'.repeat(128) } },
      { attachments: { a: 5 } },
      { attachments: 'text' },
      throwing,
    ];
    const bound = fixture.measure().bind();
    for (const options of [{}, { attachments: {} }, { attachments: undefined }, null, ...wrong]) {
      fixture.measure().record(1, {}, untyped(options));
      bound.record(1, untyped(options));
    }
    expect(fixture.stats.retrieveData('m')[0].value).toBe(18);
    expect((await columnsOf(fixture)).exemplars).toBeUndefined();
    expect(await fixture.drops()).toEqual({ 'm exemplar_invalid': 10 });
  });

  test('128 characters fit, counted as code points', async () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure());
    fixture.measure().record(1, {}, { attachments: { a: '😀'.repeat(127) } });
    expect(labelsOf((await columnsOf(fixture)).exemplars?.get(0))).toEqual({ a: '😀'.repeat(127) });
  });

  test('those of exponential buckets are kept for the whole series, up to ten', async () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { aggregation: exponential() });
    for (let i = 1; i <= 30; i++) fixture.measure().record(i, {}, { attachments: { i: String(i) } });
    const { exponential: columns } = await columnsOf(fixture);
    const values = columns?.exemplars?.get(0)?.map(({ value }) => value) ?? [];
    expect([values.length, values[0], values.at(-1)]).toEqual([10, 1, 30]);
  });
});

describe('who chooses', () => {
  const watchedBy = (fixture: Fixture): Fixture => {
    fixture.watch(fixture.measure());
    return fixture;
  };

  test('without a sampler no span is asked for', async () => {
    const fixture = watchedBy(new Fixture());
    inSpan(1, () => fixture.measure().record(1));
    expect(await exemplarsOf(fixture)).toEqual([]);
  });

  test.each([
    ['true', true],
    ['a sampler', spanExemplars()],
  ])('the option exemplars of Stats may be %s', async (_, exemplars) => {
    const fixture = watchedBy(new Fixture({ exemplars }));
    inSpan(1, () => fixture.measure().record(1));
    expect(await exemplarsOf(fixture)).toEqual([[0, 1, 1]]);
  });

  test('a registry that has a sampler gives it to views, those registered later too, and takes it back', async () => {
    const fixture = watchedBy(new Fixture());
    const bound = fixture.measure().bind();
    bound.record(1);
    fixture.registry.useExemplars(spanExemplars());
    inSpan(1, () => bound.record(1));
    expect(await exemplarsOf(fixture)).toEqual([[0, 1, 1]]);
    fixture.watch(fixture.measure('later'), { aggregation: sum() });
    inSpan(2, () => fixture.measure('later').record(3));
    expect(await exemplarsOf(fixture, 'later')).toEqual([[0, 2, 3]]);
    fixture.registry.useExemplars(undefined);
    expect(await exemplarsOf(fixture)).toEqual([]);
    inSpan(3, () => bound.record(1));
    expect(await exemplarsOf(fixture)).toEqual([]);
  });

  test('the Stats has the last word before its registry', async () => {
    const registry = new Registry({ exemplars: spanExemplars() });
    const fixture = watchedBy(new Fixture({ registry, exemplars: false }));
    inSpan(1, () => fixture.measure().record(1));
    const { families } = await registry.gather();
    expect(families[0].parts[0].exemplars).toBeUndefined();
  });

  test('a view that ends leaves its neighbours their exemplars', async () => {
    const fixture = new Fixture();
    fixture.registry.useExemplars(spanExemplars());
    fixture.watch(fixture.measure(), { name: 'a' });
    fixture.watch(fixture.measure(), { name: 'b', aggregation: sum() });
    fixture.stats.unregisterViews('a');
    inSpan(1, () => fixture.measure().bind().record(4));
    expect(await exemplarsOf(fixture, 'b')).toEqual([[0, 1, 4]]);
  });

  test('a look at what the operator would change leaves exemplars as they are', async () => {
    const fixture = watchedBy(new Fixture());
    fixture.registry.useExemplars(spanExemplars());
    inSpan(1, () => fixture.measure().record(1));
    fixture.stats.planViews({ views: [{ name: 'm', aggregation: 'sum' }] });
    expect(await exemplarsOf(fixture)).toEqual([[0, 1, 1]]);
  });

  test('a view of last values asks for no span', () => {
    let asked = 0;
    const exemplars = new ExemplarSampler({ activeSpan: () => void asked++ });
    const fixture = new Fixture({ exemplars });
    fixture.watch(fixture.measure(), { aggregation: lastValue() });
    const bound = fixture.measure().bind();
    for (let i = 0; i < 5; i++) {
      bound.record(i);
      fixture.measure().record(i);
    }
    expect(asked).toBe(0);
  });

  test('many recordings ask eight times in a turn, by whatever recorder', () => {
    let asked = 0;
    const exemplars = new ExemplarSampler({ activeSpan: () => void asked++, clock: new HandClock() });
    const fixture = new Fixture({ exemplars });
    fixture.watch(fixture.measure(), { tagKeys: ['k'] });
    const bound = [1, 2, 3].map(() => fixture.measure().bind({ k: 'a' }));
    for (let i = 0; i < 100; i++) {
      for (const one of bound) one.record(i);
      fixture.measure().record(i, { k: 'a' });
    }
    expect(asked).toBe(8);
  });

  test('a row that expired gives no exemplar to the series in its place', async () => {
    const clock = { time: 0, now: () => clock.time };
    const fixture = new Fixture({ clock, exemplars: spanExemplars() });
    fixture.watch(fixture.measure(), { tagKeys: ['k'], aggregation: exponential({}, [1]) });
    fixture.stats.configure({ views: [{ name: 'm', expiry: '1m' }] });
    inSpan(1, () => fixture.measure().record(5, { k: 'old' }));
    await fixture.registry.gather();
    clock.time = 60_000;
    await fixture.registry.gather();
    fixture.measure().record(5, { k: 'new' });
    const columns = await columnsOf(fixture);
    expect([columns.exemplars, columns.exponential?.exemplars]).toEqual([undefined, undefined]);
  });
});
