import type { Exemplar } from '@oriel/metrics';

/** A sample of OpenMetrics 2.0. */
export interface InlineSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A number, or the fields of a composite value as they are written. */
  readonly value: number | Readonly<Record<string, string>>;
  readonly seconds?: number;
  readonly startSeconds?: number;
  readonly exemplars: readonly Exemplar[];
}

export interface InlineFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: InlineSample[];
}

// The rules of the draft's grammar, by their names.
const text = String.raw`"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"`;
const label = `(?:[a-zA-Z_][a-zA-Z0-9_]*|${text})=${text}`;
const labels = String.raw`\{(?:${label}(?:,${label})*)?\}`;
const series = String.raw`(?:[a-zA-Z_:][a-zA-Z0-9_:]*(?:${labels})?|\{${text}(?:,${label})*\})`;
const real = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?`;
const number = `(?:${real}|[+-]?Inf|NaN)`;
const classic = String.raw`bucket:\[(?:${real}:${number},)*\+Inf:${number}\]`;
const spans = String.raw`\[-?\d+:\d+(?:,\d+:\d+)*\]`;
const counts = String.raw`\[${number}(?:,${number})*\]`;
const signed = (sign: string): string => `(?:,${sign}_spans:${spans},${sign}_buckets:${counts})?`;
const native = `schema:-?\\d+,zero_threshold:${real},zero_count:${number}${signed('negative')}${signed('positive')}`;
const buckets = `(?:${native}(?:,${classic})?|${classic})`;
const quantiles = String.raw`quantile:\[(?:${real}:${number}(?:,${real}:${number})*)?\]`;
const valueRules: Readonly<Record<string, string>> = {
  histogram: String.raw`\{count:${number},sum:${number},${buckets}\}`,
  gaugehistogram: String.raw`\{gcount:${number},gsum:${number},${buckets}\}`,
  summary: String.raw`\{count:${number},sum:${number},${quantiles}\}`,
};
const exemplar = ` # ${labels} ${number} ${real}`;
const types = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'stateset', 'info', 'summary', 'unknown'];

/** Reads a page by the grammar of the draft; throws at the first line that breaks it. */
export function readInlinePage(page: string): InlineFamily[] {
  if (!page.endsWith('# EOF\n')) throw new Error('no end');
  const families: InlineFamily[] = [];
  const seen = new Set<string>();
  for (const line of page.split('\n').slice(0, -2)) {
    const comment = new RegExp(`^# (TYPE|UNIT|HELP) (${text}|[a-zA-Z_:][a-zA-Z0-9_:]*) ([^\\n]*)$`).exec(
      line,
    );
    if (comment !== null) describe(families, comment);
    else keep(families.at(-1), readSample(families.at(-1)?.type ?? '', line), seen);
  }
  return families;
}

function describe(families: InlineFamily[], [, kind, written, rest]: readonly string[]): void {
  const name = written.startsWith('"') ? unescaped(written) : written;
  if (kind === 'TYPE') {
    if (!types.includes(rest) || families.some((one) => one.name === name)) throw new Error(`TYPE ${name}`);
    families.push({ name, type: rest, unit: '', help: '', samples: [] });
    return;
  }
  const last = families.at(-1);
  if (last?.name !== name || last.samples.length > 0) throw new Error(`${kind} of ${name} is out of place`);
  Object.assign(last, kind === 'UNIT' ? { unit: rest } : { help: unescaped(`"${rest}"`) });
}

function keep(family: InlineFamily | undefined, sample: InlineSample, seen: Set<string>): void {
  if (family?.name !== sample.name) throw new Error(`${sample.name} stands outside its family`);
  const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
  if (seen.has(key)) throw new Error(`${key} stands twice`);
  seen.add(key);
  family.samples.push(sample);
}

function readSample(type: string, line: string): InlineSample {
  const value = valueRules[type] ?? number;
  const shape = new RegExp(`^(${series}) (${value})( ${real})?( st@${real})?((?:${exemplar})*)$`);
  const match = shape.exec(line);
  if (match === null) throw new Error(`not a sample of a ${type}: ${line.slice(0, 300)}`);
  const [, head, given, seconds, start, exemplars] = match;
  return {
    ...readSeries(head),
    value: given.startsWith('{') ? fieldsOf(given.slice(1, -1)) : numberOf(given),
    ...(seconds !== undefined && { seconds: Number(seconds) }),
    ...(start !== undefined && { startSeconds: Number(start.slice(4)) }),
    exemplars: [...exemplars.matchAll(new RegExp(exemplar, 'g'))].map(([one]) => readExemplar(one.slice(3))),
  };
}

function readSeries(head: string): Pick<InlineSample, 'name' | 'labels'> {
  const [bare = ''] = /^[a-zA-Z0-9_:]*/.exec(head) ?? [];
  const inside = head.slice(bare.length);
  const [quoted] = bare === '' ? (new RegExp(`^\\{(${text})`).exec(inside) ?? []) : [];
  const name = quoted === undefined ? bare : unescaped(quoted.slice(1));
  return { name, labels: readLabels(inside.slice(quoted?.length ?? 0)) };
}

function readLabels(written: string): Record<string, string> {
  const pairs = [...written.matchAll(new RegExp(label, 'g'))].map(([pair]) => {
    const [key] = new RegExp(`^(?:${text}|[^=]*)`).exec(pair) ?? [''];
    const value = unescaped(pair.slice(key.length + 1));
    return [key.startsWith('"') ? unescaped(key) : key, value] as const;
  });
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error('a label stands twice');
  return Object.fromEntries(pairs);
}

/** Reads an exemplar without the `#` before it, its time in milliseconds. */
export function readExemplar(written: string): Exemplar {
  const shape = new RegExp(`^(${labels}) (${number})(?: (${real}))?$`);
  const [, braces = '', value = '', seconds] = shape.exec(written) ?? [];
  return {
    labels: Object.entries(readLabels(braces)).map(([name, value]) => ({ name, value })),
    value: numberOf(value),
    ...(seconds !== undefined && { timestamp: Number(seconds) * 1000 }),
  };
}

function fieldsOf(composite: string): Record<string, string> {
  const fields = composite.match(/[a-z_]+:(?:\[[^\]]*\]|[^,]*)/g) ?? [];
  return Object.fromEntries(
    fields.map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1)]),
  );
}

/** A number as the formats write it. */
export function numberOf(written: string): number {
  return Number(written.replace('Inf', 'Infinity'));
}

/** The pairs of a field such as `[0.5:1,+Inf:2]`. */
export function pairsOf(field: string): (readonly [number, number])[] {
  const inside = field.slice(1, -1);
  if (inside === '') return [];
  return inside.split(',').map((pair) => {
    const [at, value] = pair.split(':');
    return [numberOf(at), numberOf(value)] as const;
  });
}

function unescaped(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\([^\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
