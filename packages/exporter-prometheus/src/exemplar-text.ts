import type { Exemplar } from '@oriel/metrics';
import { joinedLabels, labelNameText } from './label-text.ts';
import { numberText } from './number-writer.ts';
import { isTime, secondsText } from './time-text.ts';
import { escapeLabelValue } from './value-bytes.ts';

/** The most code points the names and values of an exemplar may have together. */
const EXEMPLAR_LIMIT = 128;

/** What stands behind a value that has an exemplar; nothing if OpenMetrics does not allow the exemplar. */
export function exemplarText({ labels, value, timestamp }: Exemplar): string {
  // Readers that take quoted names elsewhere do not all take them here.
  const names = labels.map(({ name }) => labelNameText(name, 'underscores'));
  const joined = [
    ...joinedLabels(
      names,
      labels.map((label) => label.value),
    ),
  ];
  if ([...joined.flat().join('')].length > EXEMPLAR_LIMIT) return '';
  const pairs = joined.map(([name, text]) => `${name}="${escapeLabelValue(text)}"`);
  const time = isTime(timestamp) ? ` ${secondsText(timestamp)}` : '';
  return ` # {${pairs.join(',')}} ${numberText(value, true)}${time}`;
}
