import { isMetricType, ownLabelOf } from './desc.ts';
import { checkLabelName, checkMetricName } from './names.ts';
import type { FamilyHead, SeriesColumns } from './snapshot.ts';

/**
 * Why a part cannot be in a snapshot, if it cannot: a bad head, bad labels, columns that are too short.
 *
 * Cost: of the order of the labels, not of the rows.
 */
export function partFault(head: FamilyHead, columns: SeriesColumns): string | undefined {
  try {
    checkMetricName(head.name);
    if (!isMetricType(head.type)) return 'its type is none of the metric types';
    if (typeof head.help !== 'string' || typeof head.unit !== 'string')
      return 'its help or unit is not a string';
    return labelFault(head, columns) ?? shapeFault(columns) ?? exponentialFault(head, columns);
  } catch (error) {
    return error instanceof Error
      ? `it has a name that cannot be used (${error.message})`
      : 'it cannot be read';
  }
}

function labelFault(head: FamilyHead, columns: SeriesColumns): string | undefined {
  const names = [...columns.constLabels.map((label) => label.name), ...columns.labels.names];
  for (const name of names) checkLabelName(name, head.name);
  if (new Set(names).size < names.length) return 'a label stands twice';
  const own = ownLabelOf(head.name, head.type);
  return own !== undefined && names.includes(own) ? `it writes label "${own}" itself` : undefined;
}

function shapeFault({ rows, stride, values, labels, points, states }: SeriesColumns): string | undefined {
  const { ids, dictionaries, names } = labels;
  const complete =
    values.length >= rows * stride &&
    ids.length >= rows * names.length &&
    dictionaries.length === names.length;
  if (!complete) return 'its columns are shorter than its rows';
  return points.length > stride || states.length > stride ? 'its cells are fewer than its points' : undefined;
}

function exponentialFault({ type }: FamilyHead, { rows, exponential }: SeriesColumns): string | undefined {
  if (type !== 'exponential_histogram') return undefined;
  if (exponential === undefined) return 'it is an exponential histogram without exponential columns';
  const { schemas, zeroThresholds, zeroCounts, starts, negativeStarts, indices, counts } = exponential;
  const byRow = [schemas, zeroThresholds, zeroCounts, negativeStarts];
  const complete = byRow.every(({ length }) => length >= rows) && starts.length > rows;
  if (!complete || Math.min(indices.length, counts.length) < starts[rows])
    return 'its exponential columns are shorter than its rows';
  return undefined;
}
