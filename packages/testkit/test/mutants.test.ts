import { DeltaView, type ExporterRegistry } from '@oriel/exporter';
import type { Family, MetricType, Snapshot } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../src/capabilities.ts';
import { contractCases } from '../src/contract.ts';
import { type Row, rowKey } from '../src/row.ts';
import { rowsOfSnapshot } from '../src/snapshot-rows.ts';
import { type Flaw, type Lab, labContract } from './lab-backend.ts';

interface Mutant {
  readonly flaw: Flaw;
  readonly capabilities?: Partial<Capabilities>;
  /** The tests of the contract that must fail, and words of what they say. */
  readonly caughtBy: readonly (readonly [test: string, says: RegExp])[];
}

const never = (): Promise<void> => new Promise(() => {});
const kept: Row[] = [];
const everywhere: Row[] = [];
const timers: NodeJS.Timeout[] = [];
const byKind =
  (kind: MetricType, change: (row: Row) => Row | undefined) =>
  (rows: Row[]): Row[] =>
    rows.flatMap((row) => (row.kind === kind ? (change(row) ?? []) : row));

const mutants: Readonly<Record<string, Mutant>> = {
  'drops the last series of a family': {
    flaw: {
      rows: (rows) => rows.filter(({ name, labels }) => !(name === 'calls_total' && labels.verb === 'PUT')),
    },
    caughtBy: [
      [
        'each series arrives under its own labels',
        /wanted calls_total\{verb="PUT",code="200"\}; the destination holds/,
      ],
    ],
  },
  'sends a series twice': {
    flaw: { rows: (rows) => [...rows, ...rows.slice(0, 1)] },
    caughtBy: [['init() twice is one start, and each number arrives once', /once, found another/]],
  },
  'adds again on a retry what has not arrived': {
    flaw: { view: () => doublingView() },
    capabilities: { temporality: 'delta' },
    caughtBy: [
      ['a destination that answers 5xx and comes back gets the totals', /adds up to|to be 11, found/],
    ],
  },
  'throws at stop': {
    flaw: {
      instance: (sound) => ({
        stop: async () => {
          await sound.stop();
          throw new Error('boom');
        },
      }),
    },
    caughtBy: [['shutdown() twice is one stop, and does no harm before init()', /errors in the logs.*boom/]],
  },
  'leaks a timer': {
    flaw: {
      instance: (sound) => ({
        start: () => {
          timers.push(setInterval(() => {}, 1e6));
          return sound.start();
        },
      }),
    },
    caughtBy: [['shutdown() leaves no timer, no socket and no other handle behind', /not closed: 1 Timeout/]],
  },
  "leaks a timer of the exporter's clock": {
    flaw: {
      instance: (sound, { clock }) => ({
        stop: () => {
          clock.setTimeout(() => {}, 1e9);
          return sound.stop();
        },
      }),
    },
    caughtBy: [
      [
        'shutdown() leaves no timer, no socket and no other handle behind',
        /timers on the exporter's clock: wanted 0, found 1/,
      ],
    ],
  },
  'sends deltas where it says cumulative': {
    flaw: { temporality: 'delta' },
    caughtBy: [
      ['a counter of 3, then 2 more, is sent as 3 and 5, or as 3 and 2 by deltas', /not arrived|to be 5/],
      ['the buckets of a histogram add up over deliveries', /./],
    ],
  },
  'sends totals where it says deltas': {
    flaw: { temporality: 'cumulative' },
    capabilities: { temporality: 'delta' },
    caughtBy: [
      ['a counter of 3, then 2 more, is sent as 3 and 5, or as 3 and 2 by deltas', /adds up to|to be 2/],
    ],
  },
  'sends negative deltas': {
    flaw: { view: () => naiveView() },
    capabilities: { temporality: 'delta' },
    caughtBy: [
      [
        'a reset starts anew and is never a negative delta',
        /jobs_total to be 4, found jobs_total counter value=-6/,
      ],
    ],
  },
  'tells series apart by their places': {
    flaw: { view: () => naiveView() },
    capabilities: { temporality: 'delta' },
    caughtBy: [
      [
        'a series in the place of one that was removed counts for itself',
        /calls_total\{peer="c"\} to be 4, found/,
      ],
    ],
  },
  'loses the final flush': {
    flaw: { instance: () => ({ stop() {} }) },
    caughtBy: [['shutdown() sends what was recorded last', /wanted jobs_total 7, found 1/]],
  },
  'forgets what was recorded before it started': {
    flaw: { view: () => lateView() },
    capabilities: { temporality: 'delta' },
    caughtBy: [['what was recorded before init() arrives', /not arrived|jobs_total/]],
  },
  'sends on after its stop': {
    flaw: { instance: (_sound, { registry }, lab) => ({ stop: () => void sendLater(registry, lab) }) },
    caughtBy: [['after shutdown() nobody answers', /late|attempts after shutdown/]],
  },
  'forgets the namespace': {
    flaw: { gather: ({ registry }) => registry.gather() },
    caughtBy: [['the namespace stands before every name', /not arrived/]],
  },
  'forgets constant labels': {
    flaw: { rows: (rows) => rows.map((row) => ({ ...row, labels: without(row.labels, ['zone', 'cell']) })) },
    caughtBy: [
      [
        'constant labels stand on every row of their family',
        /wanted depth\{queue="mail",zone="a",cell="7"\}/,
      ],
    ],
  },
  'joins label values without escaping': {
    flaw: { rows: (rows) => rows.map((row) => ({ ...row, labels: rejoined(row.labels) })) },
    caughtBy: [
      [
        'label values that need escaping of every kind arrive unchanged, or changed and still apart',
        /wanted depth\{text=","/,
      ],
    ],
  },
  'sends NaN as 0': {
    flaw: { rows: (rows) => rows.map((row) => (Number.isNaN(row.value) ? { ...row, value: 0 } : row)) },
    caughtBy: [
      [
        'NaN and infinities arrive as such or not at all, and their siblings arrive',
        /to be NaN, found strange_0 gauge value=0/,
      ],
    ],
  },
  'sends NaN although it says that it cannot': {
    flaw: {},
    capabilities: { nonFinite: false },
    caughtBy: [
      ['NaN and infinities arrive as such or not at all, and their siblings arrive', /wanted no strange_0/],
    ],
  },
  'counts in single precision': {
    flaw: {
      rows: (rows) =>
        rows.map((row) => (row.value === undefined ? row : { ...row, value: Math.fround(row.value) })),
    },
    caughtBy: [
      ['numbers arrive with the precision that the backend states', /number_1 to be 0.1/],
      ['a counter beyond 2^24 still counts by 1', /to be 16777217/],
    ],
  },
  'sends buckets that do not add up': {
    flaw: {
      rows: byKind('histogram', (row) => ({ ...row, buckets: row.buckets?.map(([bound], i) => [bound, i]) })),
    },
    caughtBy: [
      [
        'a histogram sorts 22, 55, 66 and 98 under the bounds 5, 50 and 95, and a value on a bound below it',
        /buckets: wanted/,
      ],
    ],
  },
  'rounds bounds': {
    flaw: {
      rows: byKind('histogram', (row) => ({
        ...row,
        buckets: row.buckets?.map(([bound, count]) => [Number(bound.toFixed(3)), count]),
      })),
    },
    caughtBy: [['the bounds of a histogram arrive exactly', /bounds: wanted/]],
  },
  'drops summaries': {
    flaw: { rows: byKind('summary', () => undefined) },
    caughtBy: [
      ['a summary arrives with its type and its numbers', /wanted body_bytes as summary; what arrived was/],
    ],
  },
  'calls every counter a gauge': {
    flaw: { rows: byKind('counter', (row) => ({ ...row, kind: 'gauge' })) },
    caughtBy: [['a counter arrives with its type and its numbers', /wanted "counter", found "gauge"/]],
  },
  'sends removed series for ever': {
    flaw: { rows: (rows) => sticky(rows) },
    caughtBy: [
      [
        'a series that was removed is not sent any more, and its siblings are',
        /wanted no calls_total\{peer="a"\}/,
      ],
    ],
  },
  'drops exemplars': {
    flaw: { rows: (rows) => rows.map((row) => ({ ...row, exemplars: undefined })) },
    caughtBy: [
      ['the exemplar of a counter arrives, or the counter arrives without it', /wanted \[1\], found \[\]/],
    ],
  },
  'says that everything began when it was sent': {
    flaw: { rows: (rows) => rows.map((row) => ({ ...row, start: 1 })) },
    caughtBy: [
      ['the start of a series is when it began, and a later one when it came back', /wanted a start/],
    ],
  },
  'keeps every batch of an outage': {
    flaw: { loop: { queueLimit: 1e6 } },
    caughtBy: [
      [
        'an hour without a destination costs no recording, keeps a bounded queue and loses no total',
        /at most 10 batches/,
      ],
    ],
  },
  'tries what was refused again and again': {
    flaw: { loop: { isTransient: () => true } },
    caughtBy: [['what 4xx refuses is not tried again before the next interval', /wanted 1, found [2-9]/]],
  },
  'does not heed Retry-After': {
    flaw: { loop: { retryAfterMs: () => undefined } },
    caughtBy: [['after 429 the destination is left alone for as long as it asked', /wanted 1, found/]],
  },
  'gives a batch up that failed, and says nothing': {
    flaw: { loop: { onFailure: () => {} } },
    caughtBy: [
      [
        'while it is away the backend says that it failed, and that it works when it is back',
        /wanted "failed", found "up"/,
      ],
    ],
  },
  'never says that it works again': {
    flaw: { loop: { onSuccess: () => {} } },
    caughtBy: [
      [
        'while it is away the backend says that it failed, and that it works when it is back',
        /wanted "up", found "failed"/,
      ],
    ],
  },
  'waits for an answer for ever': {
    flaw: { loop: { sendTimeoutMs: 1e12 } },
    caughtBy: [['a destination that never answers and comes back gets the totals', /not arrived/]],
  },
  'does not start without its destination': {
    flaw: {
      instance: (sound, _, lab) => ({
        start: () => {
          if (!lab.present) throw new Error('nobody there');
          sound.start();
        },
      }),
    },
    caughtBy: [
      [
        'a destination that is absent at start does not fail init(), and gets the totals when it comes',
        /not arrived/,
      ],
    ],
  },
  'leaves a rejection to nobody': {
    flaw: {
      instance: (sound) => ({
        flush: () => {
          void Promise.reject(new Error('stray'));
          return sound.flush();
        },
      }),
    },
    caughtBy: [['what was recorded before init() arrives', /stray/]],
  },
  'hangs in start': {
    flaw: { instance: () => ({ start: never }) },
    caughtBy: [['init() starts the backend, whose status is then up', /wanted .*"up".*found .*"failed"/]],
  },
  'shares its state with other exporters': {
    flaw: { rows: (rows) => shared(rows) },
    caughtBy: [['two exporters in one process share nothing', /./]],
  },
  'gives up where one collector fails': {
    flaw: {
      gather: async ({ registry }) => {
        const snapshot = await registry.gather();
        if (snapshot.errors.length > 0) throw snapshot.errors[0];
        return snapshot;
      },
    },
    caughtBy: [['a collector that throws costs its own family only', /not arrived[\s\S]*broken/]],
  },
  'sends only when it is flushed': {
    flaw: { instance: (sound) => ({ start() {}, flush: sound.flush }) },
    caughtBy: [
      ['a push backend sends by itself, once in an interval', /the clock has moved on, and .* not arrived/],
    ],
  },
  'sends far too often': {
    flaw: { loop: { intervalMs: 1000 } },
    caughtBy: [
      ['a push backend sends by itself, once in an interval', /wanted 3 deliveries in 3 intervals, found/],
    ],
  },
  'joins names that become equal': {
    flaw: { rows: (rows) => rows.map((row) => ({ ...row, name: row.name.replaceAll(/[^a-z0-9_]/g, '_') })) },
    caughtBy: [['names that become equal are never two rows of one name', /once, found another queue_depth/]],
  },
  'reads functions once': {
    flaw: { gather: (context) => first(context.registry.gather()) },
    caughtBy: [['functions of gauges and counters are read at each delivery', /not arrived/]],
  },
};

for (const [name, { flaw, capabilities, caughtBy }] of Object.entries(mutants)) {
  describe(`a backend that ${name}`, () => {
    const cases = contractCases({ ...labContract(capabilities, flaw), patienceMs: 150 });
    test.each(caughtBy)('fails "%s"', async (test, says) => {
      kept.length = 0;
      everywhere.length = 0;
      firstSnapshot = undefined;
      const found = cases.find((each) => each.name === test);
      expect(found, `the contract has a test "${test}"`).toBeDefined();
      const failure = await found?.run().catch((error: unknown) => error as Error);
      for (const timer of timers.splice(0)) clearInterval(timer);
      expect(failure).toBeInstanceOf(Error);
      expect((failure as Error).message).toMatch(says);
    });
  });
}

function doublingView(): Pick<DeltaView, 'since' | 'accept'> {
  const view = new DeltaView();
  let tries = 0;
  return {
    async since(snapshot) {
      const delta = await view.since(snapshot);
      tries++;
      return { ...delta, families: delta.families.map((family) => scaled(family, tries)) };
    },
    accept(snapshot) {
      tries = 0;
      view.accept(snapshot);
    },
  };
}

function scaled(family: Family, factor: number): Family {
  if (family.type !== 'counter') return family;
  return {
    ...family,
    parts: family.parts.map((part) => ({ ...part, values: part.values.map((value) => value * factor) })),
  };
}

// Takes row from row, whatever stands there.
function naiveView(): Pick<DeltaView, 'since' | 'accept'> {
  let base: Snapshot | undefined;
  return {
    since: (snapshot) =>
      Promise.resolve({ ...snapshot, families: snapshot.families.map((family) => minus(family, base)) }),
    accept(snapshot) {
      base = snapshot;
    },
  };
}

function minus(family: Family, base: Snapshot | undefined): Family {
  const before = base?.families.find(({ name }) => name === family.name);
  if (family.type !== 'counter' || before === undefined) return family;
  const parts = family.parts.map((part, p) => ({
    ...part,
    values: part.values.map((value, i) => value - (before.parts[p]?.values[i] ?? 0)),
  }));
  return { ...family, parts };
}

// Takes its first look for the beginning.
function lateView(): Pick<DeltaView, 'since' | 'accept'> {
  const view = new DeltaView();
  let began = false;
  return {
    since(snapshot) {
      if (!began) view.accept(snapshot);
      began = true;
      return view.since(snapshot);
    },
    accept: (snapshot) => view.accept(snapshot),
  };
}

function sendLater(registry: ExporterRegistry, lab: Lab): void {
  const send = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    const snapshot = await registry.gather();
    await lab.receive(rowsOfSnapshot(snapshot));
    if (!snapshot.families.some(({ name }) => name === 'late')) await send();
  };
  void send();
}

function without(labels: Row['labels'], names: readonly string[]): Row['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

function rejoined(labels: Row['labels']): Row['labels'] {
  const values = Object.values(labels).join().split(',');
  return Object.fromEntries(Object.keys(labels).map((name, i) => [name, values[i] ?? '']));
}

function sticky(rows: Row[]): Row[] {
  const keys = new Set(rows.map(rowKey));
  kept.push(...rows.filter((row) => !kept.some((old) => rowKey(old) === rowKey(row))));
  return [...rows, ...kept.filter((row) => !keys.has(rowKey(row)))];
}

function shared(rows: Row[]): Row[] {
  const keys = new Set(rows.map(rowKey));
  const all = [...rows, ...everywhere.filter((row) => !keys.has(rowKey(row)))];
  everywhere.push(...rows);
  return all;
}

let firstSnapshot: Promise<Snapshot> | undefined;

function first(snapshot: Promise<Snapshot>): Promise<Snapshot> {
  firstSnapshot ??= snapshot;
  return firstSnapshot;
}
