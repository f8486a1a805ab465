import type { Exemplar, Family, FamilyHead, Label, SeriesColumns, Snapshot } from '@oriel/metrics';
import { encode } from '../src/encode.ts';
import type { EncodeOptions } from '../src/format.ts';

export type Labels = Readonly<Record<string, string>>;

/** One part, its rows given by their labels and cells. */
export interface GivenPart
  extends Partial<Omit<SeriesColumns, 'constLabels' | 'labels' | 'values' | 'rows'>> {
  readonly constLabels?: Labels;
  readonly names?: readonly string[];
  readonly rows: readonly (readonly [values: readonly string[], cells: readonly number[]])[];
}

/** Columns as a collector of columns writes them: each distinct value once. */
export function part({ names = [], rows, constLabels = {}, ...rest }: GivenPart): SeriesColumns {
  const dictionaries = names.map((_, i) => [...new Set(rows.map(([values]) => values[i]))]);
  const ids = rows.flatMap(([values]) => values.map((value, i) => dictionaries[i].indexOf(value)));
  return {
    rows: rows.length,
    constLabels: labelList(constLabels),
    labels: { names, ids: Int32Array.from(ids), dictionaries },
    stride: rows[0]?.[1].length ?? 0,
    values: Float64Array.from(rows.flatMap(([, cells]) => cells)),
    points: [],
    states: [],
    ...rest,
  };
}

export function labelList(labels: Labels): Label[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value }));
}

/** An exemplar of the first cell. */
export function exemplarOf(labels: Labels, timestamp?: number): ReadonlyMap<number, Exemplar> {
  return new Map([[0, { labels: labelList(labels), value: 2, timestamp }]]);
}

/** A family; what is left out of its head is empty, and a gauge. */
export function family(head: Partial<FamilyHead> & { name: string }, ...parts: SeriesColumns[]): Family {
  return { help: '', unit: '', type: 'gauge', ...head, parts };
}

/** A family of one row without labels. */
export function single(head: Partial<FamilyHead> & { name: string }, ...cells: number[]): Family {
  return family(head, part({ rows: [[[], cells]] }));
}

/** A gauge with one row for each label value, whose value is its number. */
export function gaugeOf(values: readonly string[]): Snapshot {
  const rows = values.map((value, i) => [[value], [i]] as const);
  return snapshotOf(family({ name: 'g' }, part({ names: ['l'], rows })));
}

export function snapshotOf(...families: Family[]): Snapshot {
  return { time: 0, families, errors: [] };
}

export function openMetrics(families: Family[], options: Partial<EncodeOptions> = {}): string {
  return render(snapshotOf(...families), { format: 'openmetrics-1.0.0', ...options });
}

export function text(families: Family[], options: Partial<EncodeOptions> = {}): string {
  return render(snapshotOf(...families), { format: 'text-0.0.4', ...options });
}

export function render(snapshot: Snapshot, options: EncodeOptions): string {
  return Buffer.concat([...encode(snapshot, options)]).toString('utf8');
}
