import type { Escaping, TranslationStrategy } from '@oriel/encoding';
import { defaultRegistry, type Gatherer, type Registerer } from '@oriel/metrics';
import { HandlerMetrics } from './handler-metrics.ts';
import { escapings } from './negotiate.ts';
import { numberIn, oneOf } from './option-check.ts';
import { SharedGatherer } from './shared-gatherer.ts';
import { Turns } from './turns.ts';

export interface ScrapeHandlerOptions {
  /** What is served. Default: the default registry. */
  readonly registry?: Gatherer;
  /**
   * Where the handler's own metrics are registered; handlers that share a registerer share them.
   * Default: the default registry if `registry` is left out, else nowhere.
   */
  readonly registerer?: Registerer;
  /** Scrapes beyond this number get 503 at once; 0 is no limit. Default: 40. */
  readonly maxConcurrentScrapes?: number;
  /** Whether scrapes that arrive while metrics are gathered share the next gathering. Default: false. */
  readonly coalesce?: boolean;
  /** The longest wait for collectors, in milliseconds. Default: the scraper's own time-out, less a margin. */
  readonly timeoutMs?: number;
  /** A reader that does not take what waits for it within this time is cut off. Default: 10 000. */
  readonly writeTimeoutMs?: number;
  /** `continue` serves what there is, and 500 only if that is nothing; `fail` serves 500. Default: `continue`. */
  readonly errorHandling?: 'continue' | 'fail';
  /** Whether clients that ask for gzip or zstd get it. Default: true. */
  readonly compression?: boolean;
  /** From 1, quick, to 9, small. Default: 1. */
  readonly compressionLevel?: number;
  /** Whether pages tell when series began, as OpenMetrics 2.0 always does. Default: false. */
  readonly created?: boolean;
  /** How names and units become Prometheus names. Default: `UnderscoreEscapingWithSuffixes`. */
  readonly translation?: TranslationStrategy;
  /** What becomes of names that text cannot carry bare, where the client does not say. Default: `underscores`. */
  readonly escaping?: Escaping;
  /** When the process began, in seconds since the epoch: the header `Process-Start-Time-Unix`. Default: none. */
  readonly processStartTime?: number;
  /** Told every error met while gathering and encoding. What it throws is dropped. */
  readonly onError?: (error: Error) => void;
}

/** Options with their defaults, checked. */
export interface ScrapeSettings extends Readonly<Required<Omit<ScrapeHandlerOptions, OptionalName>>> {
  readonly metrics: HandlerMetrics;
  /** Of all scrapes of the handler. */
  readonly turns: Turns;
  readonly timeoutMs: number | undefined;
  readonly translation: TranslationStrategy | undefined;
  readonly processStartTime: number | undefined;
}

type OptionalName = 'registerer' | 'timeoutMs' | 'translation' | 'processStartTime';

/**
 * Checks options and fills in defaults.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function scrapeSettings(options: ScrapeHandlerOptions): ScrapeSettings {
  const registry = options.registry ?? defaultRegistry();
  const registerer = options.registerer ?? (options.registry === undefined ? defaultRegistry() : undefined);
  const timeoutMs =
    options.timeoutMs === undefined ? undefined : numberIn(options, 'timeoutMs', 0, [1, 2 ** 30]);
  const turns = new Turns();
  return {
    registry: options.coalesce === true ? new SharedGatherer(registry, { turns, timeoutMs }) : registry,
    turns,
    timeoutMs,
    errorHandling: oneOf('errorHandling', options.errorHandling ?? 'continue', ['continue', 'fail']),
    maxConcurrentScrapes: numberIn(options, 'maxConcurrentScrapes', 40, [0, 1e6]),
    writeTimeoutMs: numberIn(options, 'writeTimeoutMs', 10_000, [1, 2 ** 30]),
    compressionLevel: numberIn(options, 'compressionLevel', 1, [1, 9]),
    coalesce: options.coalesce ?? false,
    compression: options.compression ?? true,
    created: options.created ?? false,
    translation: options.translation,
    escaping: oneOf('escaping', options.escaping ?? 'underscores', escapings),
    processStartTime: options.processStartTime,
    onError: options.onError ?? (() => {}),
    metrics: registerer === undefined ? new HandlerMetrics() : HandlerMetrics.in(registerer),
  };
}
