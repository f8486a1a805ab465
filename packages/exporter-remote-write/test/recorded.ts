import { encode } from '@oriel/exporter-prometheus';
import { Counter, Desc, Gauge, Histogram, Registry, type Snapshot, Summary } from '@oriel/metrics';
import { readPage } from '@oriel/testkit';

/** A program's metrics: every type but the exponential one, labels of every kind. */
export class Program {
  readonly registry: Registry = new Registry();
  readonly jobs: Counter<'kind' | 'Zone'> = new Counter({
    name: 'jobs_total',
    help: 'Jobs.',
    labelNames: ['kind', 'Zone'],
  });
  readonly depth: Gauge<'text'> = new Gauge({
    name: 'depth',
    help: 'How "deep".',
    unit: '',
    labelNames: ['text'],
  });
  readonly wait: Histogram<'route'> = new Histogram({
    name: 'wait_seconds',
    help: 'Waits.',
    unit: 'seconds',
    labelNames: ['route'],
    buckets: [0.1, 1, 2.5, 1e6],
  });
  readonly size: Summary = new Summary({ name: 'body_bytes', objectives: { 0.5: 0.05, 0.99: 0.001 } });

  constructor() {
    for (const each of [this.jobs, this.depth, this.wait, this.size]) this.registry.register(each);
    const info = new Desc({ name: 'build_info', type: 'info', labelNames: ['version'] });
    const state = new Desc({ name: 'engine_state', type: 'state_set' });
    const plain = new Desc({ name: 'odd.name/s', type: 'unknown' });
    this.registry.register({
      describe: () => [info, state, plain],
      collect(out) {
        out.info(info, ['1.2']);
        out.stateSet(state, { on: true, off: false });
        out.unknown(plain, 7.25);
      },
    });
  }

  /** Records; more with a larger number. */
  work(n: number): void {
    for (let i = 0; i < n; i++) {
      this.jobs.add(1 + i / 4, { kind: `k${i % 7}`, Zone: i % 2 === 0 ? 'north "1"\\' : '' });
      this.wait.observe((i % 13) / 4, { route: `/a/${i % 5}\n` });
      this.size.observe(i);
    }
    this.depth.set(n, { text: 'é佖 👩‍👩‍👧 \t"' });
    this.depth.set(Number.POSITIVE_INFINITY, { text: 'infinite' });
    this.depth.set(-n / 8, { text: '' });
  }
}

/** Value by series, as a text page has them: names and labels of the protocol, written by other code. */
export function seriesOf(snapshot: Snapshot, labels: Readonly<Record<string, string>>): Map<string, number> {
  const families = snapshot.families.filter(({ name }) => !name.startsWith('oriel_'));
  const chunks = [...encode({ ...snapshot, families }, { format: 'openmetrics-1.0.0' })];
  const samples = readPage(Buffer.concat(chunks).toString(), 'openmetrics').flatMap(
    (family) => family.samples,
  );
  return new Map(
    samples.map((sample) => [
      seriesKey({ ...labels, ...Object.fromEntries(sample.labels), __name__: sample.name }),
      sample.value,
    ]),
  );
}

/** A series by its labels, whatever their order. */
export function seriesKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
