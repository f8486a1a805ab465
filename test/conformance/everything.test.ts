import { spawnSync } from 'node:child_process';
import { type EncodeOptions, encode } from '@oriel/exporter-prometheus';
import {
  Counter,
  Desc,
  exponential,
  type FamilySink,
  Gauge,
  Histogram,
  Registry,
  type Snapshot,
  Summary,
} from '@oriel/metrics';
import { readPage } from '@oriel/testkit';
import { describe, expect, test } from 'vitest';
import { readInlinePage } from '../../packages/exporter-prometheus/test/inline-reader.ts';
import { readFamilies } from '../../packages/exporter-prometheus/test/proto-reader.ts';
import { render } from '../support/render.ts';
import { testWith } from '../support/tools.ts';
import { parseByPython, promtoolFault } from '../support/validators.ts';

/** A page with every type, label, time and exemplar there is. */
async function everything(): Promise<Snapshot> {
  const registry = new Registry();
  const labelNames = ['path'] as const;
  const native = exponential({ schema: 3, maxBuckets: 0 });
  const calls = new Counter({ name: 'calls_total', help: 'Calls "made"\\\n.', labelNames });
  const load = new Gauge({ name: 'load', help: 'Load.', labelNames });
  const size = new Histogram({ name: 'size', help: 'Sizes.', unit: 'By', labelNames, buckets: [1, 10, 1e6] });
  const alone = new Histogram({ name: 'alone', help: 'Native.', labelNames, exponential: native });
  const both = new Histogram({ name: 'both', help: 'Both.', labelNames, buckets: [1], exponential: native });
  const rank = new Summary({ name: 'rank', help: 'Ranks.', labelNames, objectives: { 0.5: 0.05 } });
  for (const one of [calls, load, size, alone, both, rank]) registry.register(one);
  for (const [at, path] of ['/', '"quoted"\\\n', 'é佖👩‍👩‍👧', ''].entries()) {
    const labels = { path };
    const exemplar = { trace_id: `trace${at}` };
    calls.add(1e6 * at + 0.5, labels, exemplar);
    load.set([Number.NaN, Number.POSITIVE_INFINITY, -1e-9, -0][at], labels);
    for (const value of [0, 0.5, 5, 1e9]) {
      for (const one of [size, alone, both]) one.observe(value * (at + 1), labels, exemplar);
      rank.observe(value, labels);
    }
  }
  registry.register({ describe: () => descs, collect: others });
  registry.register(registry.selfMetrics());
  return registry.gather();
}

const descs = [
  new Desc({ name: 'build_info', type: 'info', help: 'Build.', labelNames: ['version'] }),
  new Desc({ name: 'mode', type: 'state_set', help: 'Mode.' }),
  new Desc({ name: 'queue', type: 'gauge_histogram', help: 'Ages in a queue.' }),
  new Desc({ name: 'whatever', type: 'unknown', help: 'Of unknown type.' }),
] as const;

function others(out: FamilySink): void {
  const [build, mode, queue, whatever] = descs;
  out.info(build, ['1.0']);
  out.stateSet(mode, { on: true, off: false });
  out.gaugeHistogram(queue, { buckets: [[1, 2]], count: 3, sum: 9 });
  out.unknown(whatever, 42);
}

const given: Omit<EncodeOptions, 'format'> = { created: true };

function protoPage(snapshot: Snapshot): Buffer {
  return Buffer.concat([...encode(snapshot, { ...given, format: 'protobuf-delimited' })]);
}

/** The page as one message, which is what protoc reads: a tag before each family. */
function tagged(page: Buffer): Buffer {
  const families: Buffer[] = [];
  for (let at = 0; at < page.length; ) {
    let length = 0;
    let start = at;
    for (let shift = 0, more = true; more; shift += 7) {
      length += (page[start] & 0x7f) * 2 ** shift;
      more = page[start++] >= 0x80;
    }
    families.push(Buffer.from([0x0a]), page.subarray(at, start + length));
    at = start + length;
  }
  return Buffer.concat(families);
}

function protoc(act: 'decode' | 'encode', input: Buffer): Buffer {
  const data = new URL('../../packages/exporter-prometheus/test/data', import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(
    'protoc',
    [`--${act}=Page`, `-I${data}`, `${data}/page.proto`],
    {
      input,
      maxBuffer: 2 ** 26,
    },
  );
  expect([status, stderr.toString()]).toEqual([0, '']);
  return stdout;
}

describe('a page with everything', () => {
  testWith('promtool', 'in text is read by promtool check metrics', async () => {
    const snapshot = await everything();
    for (const format of ['text-0.0.4', 'text-1.0.0'] as const)
      expect(promtoolFault(render(snapshot, { ...given, format }))).toBeUndefined();
  });

  testWith('python-openmetrics', "in OpenMetrics is read by Python's strict parser", async () => {
    const snapshot = await everything();
    const families = parseByPython(render(snapshot, { ...given, format: 'openmetrics-1.0.0' }));
    expect(families).toHaveLength(snapshot.families.length);
  });

  testWith('protoc', 'in protobuf is decoded by protoc, and encoded again to the same', async () => {
    const page = protoPage(await everything());
    const text = protoc('decode', tagged(page));
    // Fields that the schema does not know are shown by number.
    expect(text.toString()).not.toMatch(/^\s*\d+:/m);
    const again = protoc('encode', text);
    const familiesOf = (bytes: Buffer): string[] =>
      [...bytes.toString().matchAll(/^ {2}name: "([^"]*)"/gm)].map(([, name]) => name);
    expect(familiesOf(text)).toEqual(readFamilies(page).map(({ name }) => name));
    expect(again.equals(protoc('encode', protoc('decode', again)))).toBe(true);
    expect(protoc('decode', again).equals(text)).toBe(true);
  });

  test('has the same families in the same order in every format, every time', async () => {
    const snapshot = await everything();
    const names = snapshot.families.map(({ name }) => name);
    const bare = (name: unknown): string => String(name).replace(/_(total|info|bytes)$/, '');
    expect(readFamilies(protoPage(snapshot)).map(({ name }) => bare(name))).toEqual(names.map(bare));
    for (const format of ['text-0.0.4', 'openmetrics-1.0.0', 'openmetrics-2.0.0'] as const) {
      const page = render(snapshot, { ...given, format });
      expect(render(snapshot, { ...given, format })).toBe(page);
      const read =
        format === 'openmetrics-2.0.0'
          ? readInlinePage(page)
          : readPage(page, format === 'text-0.0.4' ? 'text' : 'openmetrics');
      expect(read.map(({ name }) => bare(name))).toEqual(names.map(bare));
    }
  });
});
