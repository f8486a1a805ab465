import type { Label } from './desc.ts';
import { checkLabelName } from './names.ts';
import type { Exemplar } from './snapshot.ts';

/** The labels of an exemplar, such as `{ trace_id: '…', span_id: '…' }`. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** The most code points the names and values of an exemplar may have together (OpenMetrics 1.0). */
const EXEMPLAR_LIMIT = 128;

/** Makes an exemplar of the present moment, or `undefined` if it breaks the rules. Never throws. */
export function exemplarOf(
  labels: ExemplarLabels,
  value: number,
  now: () => number = Date.now,
): Exemplar | undefined {
  if (!Number.isFinite(value)) return undefined;
  try {
    const list = exemplarLabels(labels);
    return list && { labels: list, value, timestamp: now() };
  } catch {
    // A getter or a proxy of the caller.
    return undefined;
  }
}

function exemplarLabels(labels: unknown): Label[] | undefined {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return undefined;
  const list = Object.keys(labels)
    .sort()
    .map((name) => ({ name, value: (labels as Record<string, unknown>)[name] as string }));
  return areExemplarLabels(list) ? list : undefined;
}

/** A given exemplar with its labels in name order, or `undefined` if it breaks the rules. Never throws. */
export function usableExemplar(exemplar: Exemplar): Exemplar | undefined {
  try {
    const { labels, value, timestamp } = exemplar;
    const timed = timestamp === undefined || Number.isFinite(timestamp);
    if (!Number.isFinite(value) || !timed || !areExemplarLabels(labels)) return undefined;
    return { labels: labels.toSorted((a, b) => (a.name < b.name ? -1 : 1)), value, timestamp };
  } catch {
    return undefined;
  }
}

/** Whether these may be an exemplar's labels: valid and distinct names, text values, not too long. */
function areExemplarLabels(labels: readonly Label[]): boolean {
  const names = new Set(labels.map((label) => label.name));
  if (names.size !== labels.length || !labels.every(isExemplarLabel)) return false;
  const length = labels.reduce((sum, { name, value }) => sum + [...name].length + [...value].length, 0);
  return length <= EXEMPLAR_LIMIT;
}

function isExemplarLabel({ name, value }: Label): boolean {
  // A code point has at most two units; longer text need not be taken apart.
  return (
    typeof value === 'string' &&
    value.length <= 2 * EXEMPLAR_LIMIT &&
    value.isWellFormed() &&
    isLabelName(name)
  );
}

function isLabelName(name: string): boolean {
  try {
    checkLabelName(name, '');
    return name.length <= 2 * EXEMPLAR_LIMIT;
  } catch {
    return false;
  }
}

/** In milliseconds since the epoch; 0 if it is not known. */
export function timeOf({ timestamp = 0 }: Exemplar): number {
  return timestamp;
}

export function ageOf(exemplar: Exemplar, now: number): number {
  return now - timeOf(exemplar);
}

/**
 * How far apart two values are on a logarithmic scale; those of different signs as far as can be, and so is zero
 * from all others.
 */
export function distance({ value: a }: Exemplar, { value: b }: Exemplar): number {
  if (a === b) return 0;
  return a * b > 0 ? Math.abs(Math.log(Math.abs(a)) - Math.log(Math.abs(b))) : Number.POSITIVE_INFINITY;
}
