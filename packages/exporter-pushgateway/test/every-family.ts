import { Counter, Desc, Gauge, Histogram, Registry, Summary } from '@oriel/metrics';

/** A registry with a family of every type, numbers that are odd and labels that need escaping. */
export function everyFamily(): Registry {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs "done" \\ \n so far.', labelNames: ['kind'] });
  for (const [i, kind] of ['mail', 'a"b\\c\nd', '日本', 'é', ''].entries()) jobs.add(i + 0.1, { kind });
  const latency = new Histogram({ name: 'latency', unit: 's', buckets: [0.1, 1, 10], labelNames: ['route'] });
  for (let i = 0; i < 100; i++) latency.observe(i / 7, { route: '/' });
  const size = new Histogram({ name: 'size_bytes', exponential: {} });
  for (let i = 1; i < 500; i++) size.observe(i * i);
  const rpc = new Summary({ name: 'rpc_seconds', objectives: { 0.5: 0.05, 0.99: 0.001 } });
  for (let i = 1; i <= 100; i++) rpc.observe(i / 100);
  const odd = new Gauge({ name: 'odd', labelNames: ['is'] });
  const values = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    low: Number.NEGATIVE_INFINITY,
    tiny: 5e-324,
    big: 2 ** 53,
  };
  for (const [is, value] of Object.entries(values)) odd.set(value, { is });
  for (const each of [jobs, latency, size, rpc, odd]) registry.register(each);
  registry.register(constants);
  return registry;
}

const depths = new Desc({ name: 'queue_depths', type: 'gauge_histogram' });
const build = new Desc({ name: 'build_info', type: 'info', labelNames: ['version'] });
const engine = new Desc({ name: 'engine', type: 'state_set' });
const plain = new Desc({ name: 'plain', type: 'unknown' });
const dated = new Desc({ name: 'dated', type: 'gauge' });

const constants: Parameters<Registry['register']>[0] = {
  describe: () => [depths, build, engine, plain, dated],
  collect(out) {
    out.gaugeHistogram(depths, { count: 3, sum: 5, buckets: [[1, 2]] });
    out.info(build, ['1.2']);
    out.stateSet(engine, { on: true, off: false });
    out.unknown(plain, 4);
    out.gauge(dated, 7, [], { timestamp: 1000 });
  },
};
