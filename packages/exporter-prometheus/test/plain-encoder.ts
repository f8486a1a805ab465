import type { Family, SeriesColumns, Snapshot } from '@oriel/metrics';
import { familyText } from '../src/family-text.ts';
import type { EncodeOptions } from '../src/format.ts';
import { labelNameText } from '../src/label-text.ts';
import { numberText } from '../src/number-writer.ts';
import { secondsText } from '../src/time-text.ts';

type Pair = readonly [name: string, value: string];

interface Line {
  readonly ending: string;
  readonly own?: Pair;
  readonly value: string;
  readonly cell?: number;
}

/**
 * The encoder once more, as plainly as it can be: a string for each line, nothing kept, nothing copied.
 *
 * For label names that no escaping makes equal.
 */
export function plainPage(snapshot: Snapshot, options: EncodeOptions): string {
  const pages = snapshot.families.map((family) => familyPage(family, options));
  return pages.join('') + (options.format === 'openmetrics-1.0.0' ? '# EOF\n' : '');
}

function familyPage(family: Family, options: EncodeOptions): string {
  const { header, sample, family: base } = familyText(family, options);
  const om = options.format === 'openmetrics-1.0.0';
  const lines = family.parts.flatMap((part) =>
    Array.from({ length: part.rows }, (_, row) => {
      const labels = part.constLabels.concat(variableLabels(part, row));
      const given = labels.filter(({ value }) => value !== '').map(({ name, value }): Pair => [name, value]);
      return rowLines(family, part, row, { base, om, options, sample })
        .map((line) => shown(sample + line.ending, given, line, options) + tail(part, row, line, om))
        .concat(createdLine(family, part, row, { base, given, options, om, hasTotal: base !== sample }))
        .join('');
    }),
  );
  return header + lines.join('');
}

function variableLabels({ labels }: SeriesColumns, row: number): { name: string; value: string }[] {
  return labels.names.map((name, i) => ({
    name,
    value: labels.dictionaries[i][labels.ids[row * labels.names.length + i]],
  }));
}

function rowLines(
  { type }: Family,
  part: SeriesColumns,
  row: number,
  { base, om, options, sample }: { base: string; om: boolean; options: EncodeOptions; sample: string },
): Line[] {
  const cells = [...part.values.slice(row * part.stride, (row + 1) * part.stride)];
  const float = (value: number): string => numberText(value, om);
  const count = (value: number): string => (om && value < 1e21 ? String(value) : numberText(value, false));
  if (type === 'state_set') {
    const own = labelNameText(sample, options.escaping ?? 'underscores');
    return part.states.map((state, i) => ({ ending: '', own: [own, state], value: count(cells[i]) }));
  }
  if (type === 'summary') {
    const [sum, total] = cells.slice(-2);
    const quantiles = part.points.map(
      (q, i): Line => ({ ending: '', own: ['quantile', float(q)], value: float(cells[i]) }),
    );
    const possible = quantiles.filter((_, i) => !(om && cells[i] < 0));
    const sums = om && !(sum >= 0) ? [] : [{ ending: '_sum', value: float(sum) }];
    return [...possible, ...sums, { ending: '_count', value: count(total) }];
  }
  if (type !== 'histogram' && type !== 'gauge_histogram') {
    return [
      {
        ending: '',
        value: type === 'info' ? '1' : float(cells[0]),
        cell: type === 'counter' && base !== sample ? 0 : undefined,
      },
    ];
  }
  const bounds = [...part.points, Number.POSITIVE_INFINITY];
  const totals = bounds.map((_, i) => cells.slice(0, i + 1).reduce((a, b) => a + b, 0));
  const buckets = bounds.map(
    (bound, i): Line => ({ ending: '_bucket', own: ['le', float(bound)], value: count(totals[i]), cell: i }),
  );
  const sum = cells.at(-1) ?? 0;
  const signed = part.points.some((bound) => bound < 0);
  const g = om && type === 'gauge_histogram' ? 'g' : '';
  const allowed = !om || (g === '' ? !signed && sum >= 0 : sum >= 0 || (signed && sum < 0));
  if (!allowed) return buckets;
  return [
    ...buckets,
    { ending: `_${g}sum`, value: float(sum) },
    { ending: `_${g}count`, value: count(totals.at(-1) ?? 0) },
  ];
}

function shown(name: string, given: readonly Pair[], { own, value }: Line, options: EncodeOptions): string {
  const pairs = given.map(
    ([label, text]) => `${labelNameText(label, options.escaping ?? 'underscores')}="${escaped(text)}"`,
  );
  if (own !== undefined) pairs.push(`${own[0]}="${escaped(own[1])}"`);
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name))
    return `{${[`"${escaped(name)}"`, ...pairs].join(',')}} ${value}`;
  return pairs.length === 0 ? `${name} ${value}` : `${name}{${pairs.join(',')}} ${value}`;
}

function tail(part: SeriesColumns, row: number, { cell }: Line, om: boolean): string {
  const exemplar = om && cell !== undefined ? part.exemplars?.get(row * part.stride + cell) : undefined;
  return `${timeOf(part, row, om)}${
    exemplar === undefined
      ? ''
      : ` # {${exemplar.labels.map(({ name, value }) => `${name}="${escaped(value)}"`).join(',')}} ${numberText(exemplar.value, true)}${exemplar.timestamp === undefined ? '' : ` ${secondsText(exemplar.timestamp)}`}`
  }\n`;
}

function timeOf({ timestamps }: SeriesColumns, row: number, om: boolean): string {
  const time = timestamps?.[row] ?? Number.NaN;
  if (Number.isNaN(time)) return '';
  return om ? ` ${numberText(time / 1000, true)}` : ` ${Math.trunc(time)}`;
}

function createdLine(
  { type }: Family,
  part: SeriesColumns,
  row: number,
  context: { base: string; given: Pair[]; options: EncodeOptions; om: boolean; hasTotal: boolean },
): string[] {
  const { base, given, options, om, hasTotal } = context;
  const time = part.created?.[row] ?? Number.NaN;
  const counts = type === 'histogram' || type === 'summary' || (type === 'counter' && hasTotal);
  if (!om || options.created !== true || Number.isNaN(time) || !counts) return [];
  const line = { ending: '', value: secondsText(time) };
  return [`${shown(`${base}_created`, given, line, options)}${timeOf(part, row, om)}\n`];
}

function escaped(value: string): string {
  return value.toWellFormed().replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}
