import type { Escaping, TranslationStrategy } from '@oriel/encoding';
import type { MetricsError } from '@oriel/metrics';

/** A page format this package writes. */
export type Format =
  | 'text-0.0.4'
  | 'text-1.0.0'
  | 'openmetrics-1.0.0'
  | 'openmetrics-2.0.0'
  | 'protobuf-delimited';

/** All of them; a client that names none gets text 0.0.4, and one that names no version the oldest. */
export const formats: readonly Format[] = Object.freeze([
  'openmetrics-1.0.0',
  'openmetrics-2.0.0',
  'protobuf-delimited',
  'text-1.0.0',
  'text-0.0.4',
]);

/** Whether a format is OpenMetrics of any version. */
export function isOpenMetrics(format: Format): boolean {
  return format.startsWith('openmetrics-');
}

export interface EncodeOptions {
  readonly format: Format;
  /** Default: `underscores`. */
  readonly escaping?: Escaping;
  /** Default: `UnderscoreEscapingWithSuffixes`. */
  readonly translation?: TranslationStrategy;
  /**
   * Writes when series began: `_created` samples in OpenMetrics 1.0, start times in protobuf. OpenMetrics 2.0 has
   * them in line, always. Default: false.
   */
  readonly created?: boolean;
  /** Told of families that are left out because a name they write is taken, by another family or label. */
  readonly onError?: (error: MetricsError) => void;
}
