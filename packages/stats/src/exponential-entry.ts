import { type ExponentialOptions, exponential, MetricsError } from '@oriel/metrics';
import type { ConfigPath, ConfigReport } from './config-report.ts';
import { fieldsOf } from './config-values.ts';
import { parseDuration } from './duration.ts';

/** Options of exponential buckets as they are written; values are in the unit of the measure. */
export interface ExponentialValues extends Omit<ExponentialOptions, 'minResetInterval' | 'exemplarMaxAge'> {
  /** A Go duration such as `1h`, or milliseconds. */
  readonly minResetInterval?: string | number;
  /** A Go duration such as `5m`, or milliseconds. */
  readonly exemplarMaxAge?: string | number;
}

const durations = ['minResetInterval', 'exemplarMaxAge'];
const known = [
  'schema',
  'factor',
  'maxBuckets',
  'zeroThreshold',
  'maxZeroThreshold',
  'maxExemplars',
  ...durations,
];

/** Reads options of exponential buckets; `undefined`, with an issue, if they are none. */
export function readExponential(
  value: unknown,
  path: ConfigPath,
  report: ConfigReport,
): ExponentialOptions | undefined {
  const fields = [...fieldsOf(value, known, path, report)].map(([name, given]) => [
    name,
    durations.includes(name) ? milliseconds(given) : given,
  ]);
  try {
    return exponential(Object.fromEntries(fields));
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    // Its message ends with the cure.
    return report.issue([...path, String(error.details.option)], error.message.replace(/^.*; /s, ''));
  }
}

function milliseconds(value: unknown): unknown {
  const duration = typeof value === 'string' ? parseDuration(value) : undefined;
  return duration === undefined ? value : duration / 1e6;
}
