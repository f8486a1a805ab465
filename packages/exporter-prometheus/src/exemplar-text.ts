import type { Exemplar } from '@oriel/metrics';
import { escapeLabelValue } from './escape-value.ts';
import { joinedLabels, labelNameText } from './label-text.ts';
import { numberText } from './number-writer.ts';
import { isTime, secondsText } from './time-text.ts';

/** The most code points the names and values of an exemplar may have together. */
const EXEMPLAR_LIMIT = 128;

/** An exemplar's labels as every format has them; undefined if OpenMetrics does not allow the exemplar. */
export function exemplarPairs({ labels }: Exemplar): [name: string, value: string][] | undefined {
  // Readers that take quoted names elsewhere do not all take them here.
  const names = labels.map(({ name }) => labelNameText(name, 'underscores'));
  const values = labels.map((label) => label.value);
  const joined = [...joinedLabels(names, values)];
  return [...joined.flat().join('')].length > EXEMPLAR_LIMIT ? undefined : joined;
}

/** What stands behind a value that has an exemplar; nothing if OpenMetrics does not allow the exemplar. */
export function exemplarText(exemplar: Exemplar): string {
  const pairs = exemplarPairs(exemplar)?.map(([name, text]) => `${name}="${escapeLabelValue(text)}"`);
  if (pairs === undefined) return '';
  const { value, timestamp } = exemplar;
  const time = isTime(timestamp) ? ` ${secondsText(timestamp)}` : '';
  return ` # {${pairs.join(',')}} ${numberText(value, true)}${time}`;
}
