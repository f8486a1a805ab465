import { Counter, exponential, Gauge, Histogram, Registry, type Snapshot } from '@oriel/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from '../src/encode.ts';
import type { EncodeOptions } from '../src/format.ts';
import { RunCache } from '../src/run-cache.ts';
import { expectAgreement } from './agreement.ts';
import { readFamilies } from './proto-reader.ts';
import { family, type GivenPart, gaugeOf, part, snapshotOf } from './snapshots.ts';

const CHUNK = 64 * 1024;
const MINUTE = 60_000;
const protobuf = { format: 'protobuf-delimited' } as const;

function page(snapshot: Snapshot, options: Partial<EncodeOptions> = {}): Buffer {
  return Buffer.concat([...encode(snapshot, { ...protobuf, ...options })]);
}

/** The same snapshot, of which no page can have seen anything. */
function unseen(snapshot: Snapshot): Snapshot {
  const families = snapshot.families.map((one) => ({
    name: one.name,
    help: one.help,
    unit: one.unit,
    type: one.type,
    parts: one.parts.map((columns) => ({
      ...columns,
      labels: {
        names: columns.labels.names,
        ids: columns.labels.ids.slice(),
        dictionaries: columns.labels.dictionaries.map((values) => [...values]),
      },
    })),
  }));
  return { ...snapshot, families };
}

class Program {
  readonly registry = new Registry();
  readonly #jobs = new Counter({ name: 'jobs_total', labelNames: ['queue', 'code'] });
  readonly #depth = new Gauge({ name: 'depth', labelNames: ['queue'], constLabels: { host: 'a' } });
  readonly #wait = new Histogram({ name: 'wait', labelNames: ['queue'], buckets: [1, 10] });
  readonly #size = new Histogram({
    name: 'size',
    labelNames: ['queue'],
    buckets: [1, 10],
    exponential: exponential({ schema: 2 }),
  });

  constructor(series: number) {
    for (const one of [this.#jobs, this.#depth, this.#wait, this.#size]) this.registry.register(one);
    for (let i = 0; i < series; i++) this.count(i, 0, 1);
    for (let i = 0; i < 20; i++) this.set(i, i);
  }

  count(queue: number, code: number, amount: number): void {
    this.#jobs.add(amount, { queue: `q${queue}`, code: `${code}` });
  }

  set(queue: number, value: number): void {
    this.#depth.set(value, { queue: `q${queue}` });
  }

  observe(queue: number, value: number): void {
    this.#wait.observe(value, { queue: `q${queue}` }, { trace_id: `t${queue}` });
    this.#size.observe(value, { queue: `q${queue}` }, { trace_id: `u${queue}` });
  }

  mark(queue: number): void {
    this.#jobs.add(1, { queue: `q${queue}`, code: '0' }, { trace_id: 'v' });
  }

  remove(queue: number): void {
    this.#jobs.remove({ queue: `q${queue}`, code: '0' });
    this.#depth.remove({ queue: `q${queue}` });
  }

  clear(): void {
    this.#jobs.reset();
  }
}

type Act = (program: Program) => void;

const queue = fc.nat(25);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(queue, fc.nat(2), fc.nat(1e7)).map(
      ([at, code, amount]): Act =>
        (program) =>
          program.count(at, code, amount),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(queue, fc.double()).map(
      ([at, value]): Act =>
        (program) =>
          program.set(at, value),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(queue, fc.double({ min: 0, max: 100, noNaN: true })).map(
      ([at, value]): Act =>
        (program) =>
          program.observe(at, value),
    ),
  },
  {
    weight: 4,
    arbitrary: queue.map(
      (at): Act =>
        (program) =>
          program.remove(at),
    ),
  },
  {
    weight: 1,
    arbitrary: queue.map(
      (at): Act =>
        (program) =>
          program.mark(at),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Act>((program) => program.clear()) },
);
const scrape = fc.record({
  acts: fc.array(act, { maxLength: 6 }),
  created: fc.boolean(),
  escaping: fc.constantFrom('allow-utf-8' as const, 'values' as const),
  minutes: fc.constantFrom(0, 1, 6),
});

describe('a page after others', () => {
  test('says in protobuf what it says in text and OpenMetrics, whatever has changed since', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scrape, { minLength: 2, maxLength: 5 }), async (scrapes) => {
        const program = new Program(30);
        let time = 0;
        for (const { acts, minutes, ...options } of scrapes) {
          for (const act of acts) act(program);
          time += minutes * MINUTE;
          const snapshot = { ...(await program.registry.gather()), time };
          expectAgreement(snapshot, options);
          expect(page(snapshot, options).equals(page(unseen(snapshot), options))).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('is to the byte what it would be alone, also where rows fill more than one run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(4090, 4096, 8200),
        fc.array(scrape, { minLength: 2, maxLength: 4 }),
        async (series, scrapes) => {
          const program = new Program(series);
          for (const { acts } of scrapes) {
            for (const act of acts) act(program);
            const snapshot = await program.registry.gather();
            expect(page(snapshot).equals(page(unseen(snapshot)))).toBe(true);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('leaves a page alone that is on its way with other rows of the same labels', async () => {
    const program = new Program(9_000);
    const before = await program.registry.gather();
    const alone = page(unseen(before));
    page(before);
    const first = encode(before, protobuf);
    const chunks = Array.from({ length: 4 }, () => Buffer.from(first.next().value ?? []));
    for (let i = 0; i < 9_000; i += 7) program.remove(i);
    for (let i = 0; i < 500; i++) program.count(i, 2, 5);
    const after = await program.registry.gather();
    expect(page(after).equals(page(unseen(after)))).toBe(true);
    expect(Buffer.concat([...chunks, ...first]).equals(alone)).toBe(true);
  });
});

describe('what is kept of rows', () => {
  const rowsOf = (start: string): GivenPart['rows'] =>
    Array.from({ length: 20 }, (_, i) => [['x', `${start}${i}`], [i]] as const);

  test('is not taken for that of other labels, const labels, types or escaping', () => {
    const columns = part({ names: ['a', 'b.c'], rows: rowsOf('v') });
    const { labels } = columns;
    const others = [
      { ...columns, constLabels: [{ name: 'host', value: 'h' }] },
      { ...columns, labels: { ...labels, names: ['a', 'd'] } },
      {
        ...columns,
        labels: { ...labels, dictionaries: [labels.dictionaries[0], rowsOf('w').map(([[, b]]) => b)] },
      },
      {
        ...columns,
        labels: { ...labels, ids: labels.ids.toReversed().map((id, i) => (i % 2 === 0 ? 0 : id)) },
      },
    ];
    const heads = [{ name: 'first' }, { name: 'second', type: 'unknown' as const }];
    const snapshot = snapshotOf(...heads.map((head) => family(head, columns, ...others)));
    for (const escaping of ['allow-utf-8', 'dots', 'allow-utf-8'] as const)
      expect(page(snapshot, { escaping }).equals(page(unseen(snapshot), { escaping }))).toBe(true);
  });

  test('is not taken for that of rows further on in the same memory', () => {
    const { labels, ...rest } = part({ names: ['a', 'b'], rows: [...rowsOf('v'), ...rowsOf('w')] });
    const [first, second] = [0, 1].map((half) => ({
      ...rest,
      rows: 20,
      values: rest.values.subarray(half * 20, half * 20 + 20),
      labels: { ...labels, ids: labels.ids.subarray(half * 40, half * 40 + 40) },
    }));
    const snapshot = snapshotOf(family({ name: 'g' }, first, second));
    expect(page(snapshot).equals(page(unseen(snapshot)))).toBe(true);
  });
});

test('a metric longer than a chunk makes a chunk of its own, and those around it do not', () => {
  const values = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(i === 20 ? CHUNK : 900));
  const snapshot = gaugeOf(values);
  for (const _ of ['anew', 'kept']) {
    const chunks = [...encode(snapshot, protobuf)].map((chunk) => Buffer.from(chunk));
    expect(chunks.filter(({ length }) => length > CHUNK)).toHaveLength(1);
    const [one] = readFamilies(Buffer.concat(chunks)) as { metric: unknown[] }[];
    expect(one.metric).toEqual(
      values.map((value, i) => ({ label: [{ name: 'l', value }], gauge: { value: i } })),
    );
  }
});

describe('RunCache', () => {
  const dictionary = ['a'];

  test('of() gives what it gave before while somebody asks for it every few minutes', () => {
    const cache = new RunCache();
    const runs = cache.of(dictionary, 'form');
    for (let now = 0; now < 60 * MINUTE; now += 4 * MINUTE) {
      cache.age(now);
      expect(cache.of(dictionary, 'form')).toBe(runs);
    }
  });

  test('of() keeps forms and dictionaries apart', () => {
    const cache = new RunCache();
    const runs = cache.of(dictionary, 'form');
    expect(cache.of(dictionary, 'other')).not.toBe(runs);
    expect(cache.of(['a'], 'form')).not.toBe(runs);
  });

  test('age() lets go of what nobody has asked for in ten minutes, also when the clock is put back', () => {
    for (const direction of [1, -1]) {
      const cache = new RunCache();
      cache.age(100 * MINUTE);
      const runs = cache.of(dictionary, 'form');
      for (const minutes of [5, 10]) cache.age((100 + direction * minutes) * MINUTE);
      expect(cache.of(dictionary, 'form')).not.toBe(runs);
    }
  });
});
