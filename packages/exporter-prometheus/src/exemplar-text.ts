import type { Exemplar } from '@oriel/metrics';
import { escapeLabelValue } from './escape-value.ts';
import { joinedLabels, labelNameText } from './label-text.ts';
import { numberText } from './number-writer.ts';
import { isTime, secondsText } from './time-text.ts';

/** The most code points the names and values of an exemplar may have together. */
const EXEMPLAR_LIMIT = 128;

/** An exemplar's labels as every format has them; undefined if OpenMetrics does not allow the exemplar. */
export function exemplarPairs(exemplar: Exemplar): [name: string, value: string][] | undefined {
  const pairs = pairsOf(exemplar);
  return isWithin(EXEMPLAR_LIMIT, pairs) ? pairs : undefined;
}

/** What stands behind a value that has an exemplar; nothing if OpenMetrics 1.0 does not allow the exemplar. */
export function exemplarText(exemplar: Exemplar): string {
  const pairs = exemplarPairs(exemplar);
  return pairs === undefined ? '' : written(exemplar, pairs);
}

/** The same in OpenMetrics 2.0: of any length, but not without a time. */
export function inlineExemplarText(exemplar: Exemplar): string {
  return isTime(exemplar.timestamp) ? written(exemplar, pairsOf(exemplar)) : '';
}

function isWithin(limit: number, pairs: readonly (readonly [string, string])[]): boolean {
  const units = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  // A code point has one code unit or two: most need no counting.
  return units <= limit || (units <= 2 * limit && [...pairs.flat().join('')].length <= limit);
}

function pairsOf({ labels }: Exemplar): [name: string, value: string][] {
  // Readers that take quoted names elsewhere do not all take them here.
  const names = labels.map(({ name }) => labelNameText(name, 'underscores'));
  return [
    ...joinedLabels(
      names,
      labels.map((label) => label.value),
    ),
  ];
}

function written({ value, timestamp }: Exemplar, pairs: readonly (readonly [string, string])[]): string {
  const labels = pairs.map(([name, text]) => `${name}="${escapeLabelValue(text)}"`);
  const time = isTime(timestamp) ? ` ${secondsText(timestamp)}` : '';
  return ` # {${labels.join(',')}} ${numberText(value, true)}${time}`;
}
