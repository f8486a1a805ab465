import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Counter } from '../src/counter.ts';
import { ExemplarSampler, type ExemplarSpan } from '../src/exemplar-sampler.ts';
import { Histogram } from '../src/histogram.ts';
import { refusalOf } from './rows-of.ts';
import { columnsOf, exemplarsOf, Sampling, span } from './sampling.ts';

const untyped = <T>(value: unknown): T => value as T;

function counted(sampling: Sampling, value?: number): Counter<'k'> {
  const counter = new Counter({ name: 'c', labelNames: ['k'] });
  counter.useExemplars(sampling.sampler);
  if (value !== undefined) counter.add(value, { k: 'a' });
  return counter;
}

describe('spans', () => {
  test('a sampled span gives its ids in name order', () => {
    const { traceId, spanId } = span(0xabc);
    const labels = new ExemplarSampler({ activeSpan: () => span(0xabc) }).spanLabels();
    expect(labels).toEqual([
      { name: 'span_id', value: spanId },
      { name: 'trace_id', value: traceId },
    ]);
  });

  test.each<[string, unknown]>([
    ['none', undefined],
    ['null', null],
    ['one that is not sampled', span(1, 0)],
    ['flags without the lowest bit', span(1, 0xfe)],
    ['flags that are no number', { ...span(1), traceFlags: 'sampled' }],
    ['no flags', { ...span(1), traceFlags: undefined }],
    ['a trace id of zeros', { ...span(1), traceId: '0'.repeat(32) }],
    ['a span id of zeros', { ...span(1), spanId: '0'.repeat(16) }],
    ['a short trace id', { ...span(1), traceId: '0af7651916cd43dd' }],
    ['a long span id', { ...span(1), spanId: 'a'.repeat(17) }],
    ['capitals', { ...span(1), spanId: 'ABCDEF0123456789' }],
    ['ids that are no texts', { ...span(1), spanId: 5 }],
    ['an id with a line end', { ...span(1), spanId: `${'a'.repeat(15)}\n` }],
    ['a text', 'span'],
  ])('%s gives nothing', (_, given) => {
    expect(
      new ExemplarSampler({ activeSpan: () => untyped<ExemplarSpan>(given) }).spanLabels(),
    ).toBeUndefined();
  });

  test('whatever the source gives, the labels are valid ids of a sampled span', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdefgA'), minLength: 14, maxLength: 33 });
    const given = fc.record({ traceId: hex, spanId: hex, traceFlags: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.oneof(given, fc.anything()), (value) => {
        const labels = new ExemplarSampler({ activeSpan: () => untyped(value) }).spanLabels();
        if (labels === undefined) return;
        expect(labels.map(({ value: id }) => id)).toEqual([
          expect.stringMatching(/^(?!0{16})[0-9a-f]{16}$/),
          expect.stringMatching(/^(?!0{32})[0-9a-f]{32}$/),
        ]);
        expect((untyped<ExemplarSpan>(value).traceFlags & 1) === 1).toBe(true);
      }),
    );
  });

  test('a source that throws costs neither the recording nor the next exemplar', async () => {
    let fails = true;
    const sampler = new ExemplarSampler({
      activeSpan: () => {
        if (fails) throw new Error('no context');
        return span(7);
      },
    });
    const counter = new Counter({ name: 'c' });
    counter.useExemplars(sampler);
    counter.inc();
    fails = false;
    counter.inc();
    expect(counter.labels().value).toBe(2);
    expect(await exemplarsOf(counter)).toEqual([[0, 7, 1]]);
  });
});

test.each<[unknown, string]>([
  [{}, 'activeSpan is undefined; use a function'],
  [{ activeSpan: () => undefined, intervalMs: 0 }, 'intervalMs is 0 (number); use milliseconds, 1 or more'],
  [{ activeSpan: () => undefined, minAgeMs: -1 }, 'minAgeMs is -1 (number); use milliseconds, 0 or more'],
  [{ activeSpan: () => undefined, maxAgeMs: 10 }, 'maxAgeMs is 10 (number); use milliseconds, 7000 or more'],
  [{ activeSpan: () => undefined, maxAgeMs: '1m' }, 'maxAgeMs is "1m"; use milliseconds, 7000 or more'],
])('ExemplarSampler refuses %j', (options, expected) => {
  const error = refusalOf(() => new ExemplarSampler(untyped(options)));
  expect([error.code, error.message]).toEqual([
    'ARGUMENT_INVALID',
    `Cannot make exemplar sampler: ${expected}`,
  ]);
});

describe('turns', () => {
  test('without a sampler nobody asks for a span, and after it is taken off neither', async () => {
    const sampling = new Sampling();
    const counter = new Counter({ name: 'c' });
    counter.inc();
    counter.useExemplars(sampling.sampler);
    counter.useExemplars(undefined);
    sampling.span = span(1);
    counter.inc();
    counter.labels().inc();
    expect([sampling.asked, await exemplarsOf(counter)]).toEqual([0, []]);
  });

  test('a series asks eight times in vain, then not until its next turn', () => {
    const sampling = new Sampling();
    const counter = counted(sampling);
    const child = counter.labels('a');
    for (let i = 0; i < 50; i++) {
      child.inc();
      counter.inc({ k: 'a' });
    }
    expect(sampling.asked).toBe(8);
    counter.inc({ k: 'b' });
    expect(sampling.asked).toBe(9);
    sampling.turn();
    for (let i = 0; i < 50; i++) child.inc();
    expect(sampling.asked).toBe(17);
  });

  test('a series that found a span asks no more until its next turn', () => {
    const sampling = new Sampling();
    sampling.span = span(1);
    const counter = counted(sampling);
    const child = counter.labels('a');
    for (let i = 0; i < 50; i++) {
      child.inc();
      counter.inc({ k: 'a' });
    }
    expect(sampling.asked).toBe(1);
  });

  test('a series waits a whole interval, whenever others began to wait', async () => {
    const sampling = new Sampling();
    const histogram = new Histogram({ name: 'h', buckets: [1], labelNames: ['k'] });
    histogram.useExemplars(sampling.sampler);
    const child = histogram.labels('a');
    histogram.observe(0, { k: 'b' });
    sampling.clock.advance(80);
    sampling.span = span(1);
    child.observe(0.5);
    for (const wait of [11, 78]) {
      sampling.clock.advance(wait);
      child.observe(5);
      histogram.observe(5, { k: 'a' });
    }
    expect(await exemplarsOf(histogram)).toEqual([[0, 1, 0.5]]);
    sampling.clock.advance(90);
    child.observe(5);
    expect(await exemplarsOf(histogram)).toEqual([
      [0, 1, 0.5],
      [1, 1, 5],
    ]);
  });

  test('all series together ask 4096 times in an interval', () => {
    const sampling = new Sampling();
    const counter = counted(sampling);
    const children = Array.from({ length: 2000 }, (_, i) => counter.labels(String(i)));
    for (let i = 0; i < 20; i++) for (const child of children) child.inc();
    expect(sampling.asked).toBe(4096);
    sampling.turn();
    for (const child of children) child.inc();
    expect(sampling.asked).toBe(6096);
  });

  test('a sampler has no timer before it is needed, none that keeps the process alive, and none for long', () => {
    const sampling = new Sampling();
    const counter = counted(sampling);
    const { clock } = sampling;
    expect(clock.timers).toHaveLength(0);
    for (let i = 0; i < 20; i++) counter.inc({ k: String(i) });
    expect([clock.timers.length, clock.unrefs]).toEqual([1, 1]);
    clock.advance(1000);
    expect(clock.timers).toHaveLength(0);
    expect(clock.unrefs).toBeLessThan(4);
  });

  test('a child whose series ended gives its exemplar to nobody', async () => {
    const sampling = new Sampling();
    sampling.span = span(1);
    const counter = counted(sampling);
    const old = counter.labels('old');
    counter.remove('old');
    counter.labels('new');
    for (let i = 0; i < 3; i++) {
      old.inc();
      sampling.turn();
    }
    expect([sampling.asked, await exemplarsOf(counter)]).toEqual([0, []]);
  });

  test('a series in the place of one that ended has its exemplars to itself', async () => {
    const sampling = new Sampling();
    sampling.span = span(1);
    const counter = counted(sampling, 5);
    counter.remove('a');
    sampling.span = undefined;
    counter.inc({ k: 'b' });
    expect(await exemplarsOf(counter)).toEqual([]);
    const native = new Histogram({ name: 'h', labelNames: ['k'], exponential: {} });
    native.useExemplars(sampling.sampler);
    sampling.span = span(1);
    native.observe(1, { k: 'a' });
    expect((await columnsOf(native)).exponential?.exemplars?.size).toBe(1);
    native.remove('a');
    sampling.span = undefined;
    native.observe(1, { k: 'b' });
    expect((await columnsOf(native)).exponential?.exemplars).toBeUndefined();
  });
});

describe('what is kept', () => {
  test('a counter keeps the span with what was added and when', async () => {
    const sampling = new Sampling();
    sampling.span = span(3);
    const counter = counted(sampling, 5);
    const { exemplars } = await columnsOf(counter);
    expect(exemplars?.get(0)).toEqual({
      labels: [
        { name: 'span_id', value: '0000000000000003' },
        { name: 'trace_id', value: '00000000000000000000000000000003' },
      ],
      value: 5,
      timestamp: sampling.clock.time,
    });
  });

  test('a histogram keeps one span for each bucket, a series one for each turn', async () => {
    const sampling = new Sampling();
    const histogram = new Histogram({ name: 'h', buckets: [1, 10] });
    histogram.useExemplars(sampling.sampler);
    for (const [i, value] of [0.5, 5, 50, 0.7].entries()) {
      sampling.span = span(i + 1);
      histogram.observe(value);
      histogram.observe(7);
      sampling.turn();
    }
    expect(await exemplarsOf(histogram)).toEqual([
      [0, 1, 0.5],
      [1, 2, 5],
      [2, 3, 50],
    ]);
  });

  test('an exemplar stays seven seconds and goes after seventy', async () => {
    const sampling = new Sampling();
    sampling.span = span(1);
    const counter = counted(sampling, 1);
    sampling.clock.advance(6999);
    sampling.span = span(2);
    counter.inc({ k: 'a' });
    expect(await exemplarsOf(counter)).toEqual([[0, 1, 1]]);
    sampling.turn();
    counter.inc({ k: 'a' });
    expect(await exemplarsOf(counter)).toEqual([[0, 2, 1]]);
    sampling.clock.advance(70_000);
    expect(await exemplarsOf(counter)).toEqual([[0, 2, 1]]);
    sampling.clock.advance(1);
    expect(await exemplarsOf(counter)).toEqual([]);
  });

  test('exemplars by hand are neither replaced nor asked for', async () => {
    const sampling = new Sampling();
    const counter = counted(sampling);
    sampling.span = span(2);
    counter.add(3, { k: 'a' }, { trace_id: '1', by: 'hand' });
    expect(sampling.asked).toBe(0);
    counter.add(4, { k: 'a' });
    expect(await exemplarsOf(counter)).toEqual([[0, 1, 3]]);
  });

  test('an exemplar by hand that is over seventy seconds old gives way to a sampled one, and to nothing else', async () => {
    const sampling = new Sampling({ maxAgeMs: 70_000 });
    const counter = counted(sampling);
    const time = Date.now();
    sampling.clock.time = time;
    counter.add(3, { k: 'a' }, { trace_id: '1' });
    sampling.clock.time = time + 80_000;
    expect(await exemplarsOf(counter)).toEqual([[0, 1, 3]]);
    sampling.span = span(2);
    counter.add(4, { k: 'a' });
    expect(await exemplarsOf(counter)).toEqual([[0, 2, 4]]);
    sampling.clock.advance(80_000);
    expect(await exemplarsOf(counter)).toEqual([[0, 1, 3]]);
  });
});
