import type { MetricsError } from '@oriel/metrics';

/** A page format this package writes. */
export type Format = 'text-0.0.4' | 'text-1.0.0' | 'openmetrics-1.0.0' | 'protobuf-delimited';

/** How characters outside `[a-zA-Z0-9_:]` in names are written. */
export type Escaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/**
 * How names given by programs become Prometheus names; OpenTelemetry's four strategies.
 *
 * "WithSuffixes" adds the unit and, to counters, `_total`, unless the name ends with it. "UnderscoreEscaping"
 * replaces foreign characters whatever the scraper can read.
 */
export type TranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';

export interface EncodeOptions {
  readonly format: Format;
  /** Default: `underscores`. */
  readonly escaping?: Escaping;
  /** Default: `UnderscoreEscapingWithSuffixes`. */
  readonly translation?: TranslationStrategy;
  /** Writes when series began: `_created` samples in OpenMetrics, start times in protobuf. Default: false. */
  readonly created?: boolean;
  /** Told of families that are left out because a name they write is taken, by another family or label. */
  readonly onError?: (error: MetricsError) => void;
}
