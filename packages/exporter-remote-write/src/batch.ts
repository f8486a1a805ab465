import { endedSeries } from '@oriel/exporter';
import { type Family, MetricsError, type Snapshot, sampleNames } from '@oriel/metrics';
import { type Naming, sentLabelName, sentName } from './metric-name.ts';
import { type ExponentialForm, type PartWork, rowsOf, seriesPerRow } from './part-writer.ts';

/** Where writing is to go on: a piece of work, a row of it, a series of that. */
export interface Place {
  readonly work: number;
  readonly row: number;
  readonly line: number;
}

const BEGINNING: Place = { work: 0, row: 0, line: 0 };

/** A snapshot on its way, and how far it has come. */
export class Batch {
  readonly snapshot: Snapshot;
  /** Of its samples. What has ended is told a millisecond before, so that it may be there anew at this time. */
  readonly time: number;
  /** What is to be sent; undefined before the first attempt. */
  works: readonly PartWork[] | undefined;
  /** Up to where it has been taken or refused. */
  place: Place = BEGINNING;
  /** Whether anything of it may have arrived. */
  hasBegun = false;

  constructor(snapshot: Snapshot, time: number) {
    this.snapshot = snapshot;
    this.time = time;
  }

  get isDone(): boolean {
    return this.place.work >= (this.works?.length ?? Number.POSITIVE_INFINITY);
  }

  /** Begins from the start. */
  restart(): void {
    this.works = undefined;
    this.place = BEGINNING;
  }

  /** The series that are neither taken nor refused. */
  remaining(form: ExponentialForm): number {
    const works = this.works ?? worksOf(this.snapshot.families, { time: this.time, exemplarsSince: 0 });
    const { work: first, row, line } = this.place;
    let all = 0;
    for (const work of works.slice(first)) all += rowsOf(work) * seriesPerRow(work, form);
    return first < works.length ? all - row * seriesPerRow(works[first], form) - line : 0;
  }
}

export interface Times {
  readonly time: number;
  readonly exemplarsSince: number;
}

/** All rows of families, with their values. */
export function worksOf(families: readonly Family[], times: Times): PartWork[] {
  return families.flatMap((family) =>
    family.parts.map((columns, i) => ({ family, columns, isFirst: i === 0, ...times })),
  );
}

/** The ends of what one snapshot had and another has no more; what is of another shape now has ended as well. */
export async function endsBetween(before: Snapshot, after: Snapshot, time: number): Promise<PartWork[]> {
  const old = new Map(before.families.map((family) => [family.name, shapeOf(family)]));
  const families = after.families.filter((family) => old.get(family.name) === shapeOf(family));
  const ended = await endedSeries(before, { ...after, families });
  const byPart = Map.groupBy(ended, ({ part }) => part);
  return [...byPart].map(([columns, series]) => ({
    family: series[0].family,
    columns,
    ended: series.map(({ row }) => row),
    isFirst: false,
    time: time - 1,
    exemplarsSince: Number.POSITIVE_INFINITY,
  }));
}

// Bounds, quantiles and states make series of their own.
function shapeOf({ type, parts }: Family): string {
  const shapes = parts.map(({ points, states }) => JSON.stringify([points, states]));
  return JSON.stringify([type, ...new Set(shapes.sort())]);
}

/**
 * The families whose names are nobody else's as they are sent.
 *
 * Names that differ as given may be equal as sent; what comes second would be taken for the first.
 */
export function sendable(
  families: readonly Family[],
  naming: Naming,
  onFault: (error: MetricsError) => void,
): Family[] {
  const owners = new Map<string, string>();
  return families.filter((family) => {
    const fault = stateFault(family, naming) ?? nameFault(family, naming, owners);
    if (fault !== undefined) onFault(fault);
    return fault === undefined;
  });
}

function nameFault(family: Family, naming: Naming, owners: Map<string, string>): MetricsError | undefined {
  const { name } = family;
  const samples = sampleNames(sentName(family, naming).name, family.type);
  const taken = samples.find((sample) => owners.has(sample));
  if (taken === undefined) {
    for (const sample of samples) owners.set(sample, name);
    return undefined;
  }
  return new MetricsError('SUFFIX_COLLISION', {
    message: `Cannot send family "${name}": it writes "${taken}", as "${owners.get(taken)}" does; rename one`,
    details: { family: name, sent: taken },
  });
}

// The label that tells the states apart is named like the family as sent: another label may be so too.
function stateFault(family: Family, naming: Naming): MetricsError | undefined {
  const { name, parts, type } = family;
  if (type !== 'state_set') return undefined;
  const own = sentLabelName(sentName(family, naming).name, naming);
  const given = parts.flatMap(({ constLabels, labels }) => [
    ...constLabels.map((label) => label.name),
    ...labels.names,
  ]);
  const clash = given.find((label) => sentLabelName(label, naming) === own);
  if (clash === undefined) return undefined;
  return new MetricsError('LABEL_NAME_DUPLICATE', {
    message: `Cannot send family "${name}": its label "${clash}" is sent as "${own}", as the one of its states is; rename one`,
    details: { family: name, label: clash },
  });
}
