import { join } from 'node:path';
import protobuf from 'protobufjs';

/** A sample, or the end of a series. */
export interface ReadSample {
  readonly value: number;
  readonly stale: boolean;
  readonly time: number;
  readonly start?: number;
}

export interface ReadHistogram {
  readonly count: number;
  readonly sum: number;
  readonly stale: boolean;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly isFloat: boolean;
  readonly positive: readonly (readonly [index: number, count: number])[];
  readonly negative: readonly (readonly [index: number, count: number])[];
  readonly time: number;
  readonly start?: number;
}

export interface ReadExemplar {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  readonly time: number;
}

export interface ReadMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** One series of a request of either version. */
export interface ReadSeries {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly samples: readonly ReadSample[];
  readonly histograms: readonly ReadHistogram[];
  readonly exemplars: readonly ReadExemplar[];
  /** Of 2.0. */
  readonly metadata?: ReadMetadata;
}

export interface ReadRequest {
  readonly series: readonly ReadSeries[];
  /** Of 1.0: by family. */
  readonly metadata: ReadonlyMap<string, ReadMetadata>;
  /** Of 2.0. */
  readonly symbols: readonly string[];
}

const load = (file: string): protobuf.Root => protobuf.loadSync(join(import.meta.dirname, 'data', file));
const v1 = load('write-v1.proto').lookupType('prometheus.WriteRequest');
const v2 = load('write-v2.proto').lookupType('io.prometheus.write.v2.Request');
const STALE = 0x7ff0000000000002n;

type Raw = Readonly<Record<string, unknown>>;

/** Decodes a message by the published schema, and throws at what breaks the rules for labels and symbols. */
export function readMessage(message: Uint8Array, version: '1.0' | '2.0'): ReadRequest {
  const type = version === '1.0' ? v1 : v2;
  const raw = type.decode(message) as unknown as Raw;
  const stale = staleBits(message);
  const symbols = list<string>(raw.symbols);
  if (version === '2.0' && (symbols[0] !== '' || new Set(symbols).size !== symbols.length))
    throw new Error('the first symbol is not empty, or one stands twice');
  const read = (each: Raw): ReadSeries => readSeries(each, symbols, stale);
  return {
    series: list<Raw>(raw.timeseries).map(read),
    metadata: new Map(
      list<Raw>(raw.metadata).map((each) => [
        String(each.metricFamilyName),
        {
          type: v1.root.lookupEnum('prometheus.MetricMetadata.MetricType').valuesById[Number(each.type)],
          help: String(each.help),
          unit: String(each.unit),
        },
      ]),
    ),
    symbols,
  };
}

function readSeries(raw: Raw, symbols: readonly string[], stale: StaleBits): ReadSeries {
  const labels = labelsOf(raw, symbols);
  const names = labels.map(([name]) => name);
  const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (names.some((name, i) => name !== sorted[i] || name === names[i - 1]))
    throw new Error(`labels are not sorted and different: ${names.join(' ')}`);
  if (!names.includes('__name__') || labels.some(([name, value]) => name === '' || value === ''))
    throw new Error(`a name or value is missing: ${JSON.stringify(labels)}`);
  const samples = list<Raw>(raw.samples).map((each) => readSample(each, stale));
  const histograms = list<Raw>(raw.histograms).map((each) => readHistogram(each, stale));
  if (samples.length + histograms.length !== 1) throw new Error('a series has not one sample or histogram');
  const exemplars = list<Raw>(raw.exemplars).map((each) => ({
    labels: labelsOf(each, symbols),
    value: Number(each.value),
    time: Number(each.timestamp),
  }));
  const metadata = raw.metadata as Raw | null | undefined;
  return {
    labels,
    samples,
    histograms,
    exemplars,
    ...(metadata != null && {
      metadata: {
        type: v2.root
          .lookupEnum('io.prometheus.write.v2.Metadata.MetricType')
          .valuesById[Number(metadata.type)].slice('METRIC_TYPE_'.length),
        help: symbols[Number(metadata.helpRef)],
        unit: symbols[Number(metadata.unitRef)],
      },
    }),
  };
}

function labelsOf(raw: Raw, symbols: readonly string[]): (readonly [string, string])[] {
  if (raw.labels !== undefined && Array.isArray(raw.labels) && raw.labelsRefs === undefined)
    return raw.labels.map(({ name, value }: Raw) => [String(name), String(value)] as const);
  const refs = list<number>(raw.labelsRefs);
  if (refs.length % 2 === 1) throw new Error('symbols of labels do not come in pairs');
  return Array.from({ length: refs.length / 2 }, (_, i) => {
    const pair = [symbols[refs[2 * i]], symbols[refs[2 * i + 1]]] as const;
    if (pair.includes(undefined as never)) throw new Error('a symbol is missing');
    return pair;
  });
}

function readSample(raw: Raw, stale: StaleBits): ReadSample {
  const value = Number(raw.value);
  return {
    value,
    stale: Number.isNaN(value) && stale.next(),
    time: Number(raw.timestamp),
    ...startOf(raw),
  };
}

function readHistogram(raw: Raw, stale: StaleBits): ReadHistogram {
  const sum = Number(raw.sum);
  const isFloat =
    list(raw.positiveCounts).length + list(raw.negativeCounts).length > 0 || raw.count === 'countFloat';
  const buckets = (sign: string): (readonly [number, number])[] =>
    bucketsOf(
      list<Raw>(raw[`${sign}Spans`]),
      isFloat
        ? list<number>(raw[`${sign}Counts`])
        : runningSums(list<unknown>(raw[`${sign}Deltas`]).map(Number)),
    );
  return {
    count: Number(isFloat ? raw.countFloat : raw.countInt),
    sum,
    stale: Number.isNaN(sum) && stale.next(),
    schema: Number(raw.schema),
    zeroThreshold: Number(raw.zeroThreshold),
    zeroCount: Number(isFloat ? raw.zeroCountFloat : raw.zeroCountInt),
    isFloat,
    positive: buckets('positive'),
    negative: buckets('negative'),
    time: Number(raw.timestamp),
    ...startOf(raw),
  };
}

function bucketsOf(spans: readonly Raw[], counts: readonly number[]): (readonly [number, number])[] {
  const indices: number[] = [];
  let next = 0;
  for (const { offset, length } of spans) {
    next += Number(offset);
    for (let i = 0; i < Number(length); i++) indices.push(next++);
  }
  if (indices.length !== counts.length) throw new Error('spans and buckets disagree');
  return indices.map((index, i) => [index, counts[i]] as const).filter(([, count]) => count !== 0);
}

function runningSums(deltas: readonly number[]): number[] {
  let sum = 0;
  return deltas.map((delta) => {
    sum += delta;
    return sum;
  });
}

function startOf(raw: Raw): { start?: number } {
  const start = Number(raw.startTimestamp ?? 0);
  return start === 0 ? {} : { start };
}

function list<T>(value: unknown): readonly T[] {
  return (value as readonly T[] | undefined) ?? [];
}

/** Whether each NaN of a message, in their order, is a stale marker: a decoded number has lost its bits. */
interface StaleBits {
  next(): boolean;
}

function staleBits(message: Uint8Array): StaleBits {
  const found = [...nansOf(message)];
  return { next: () => found.shift() === STALE };
}

// Doubles of fields 1 (sample) and 3 (histogram) that are NaN: no other bytes look like them in these messages.
function* nansOf(message: Uint8Array): Generator<bigint> {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  for (let at = 1; at + 8 <= message.length; at++) {
    const tag = message[at - 1];
    if ((tag !== 0x09 && tag !== 0x19) || (message[at + 7] & 0x7f) !== 0x7f) continue;
    if (Number.isNaN(view.getFloat64(at, true))) yield view.getBigUint64(at, true);
  }
}
