import { MetricsError, quote } from '@oriel/metrics';
import { BoundRecorder } from './bound-recorder.ts';
import type { RecordOptions, Tags, ViewsMark, Watched, Watcher } from './watcher.ts';

export interface MeasureOptions {
  /** Unique in its `Stats`, path-like: `rpc/server/latency`. 1 to 255 printable ASCII characters. */
  readonly name: string;
  /** UCUM code, such as `ms`, `By`, `1`. Default: `1`. */
  readonly unit?: string;
  /** Default: empty. */
  readonly description?: string;
}

/** A number for a measure, inert until it is recorded. */
export interface Measurement {
  readonly measure: Measure;
  readonly value: number;
}

/**
 * What is measured. Nothing is kept of it until a view watches it, and it is never exported itself.
 *
 * Made by `measureDouble` and `measureInt64`.
 */
export class Measure implements Watched {
  readonly kind: 'double' | 'int64';
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  #watch: Watcher | undefined;
  #views: ViewsMark = { changed: false };

  constructor(kind: 'double' | 'int64', options: MeasureOptions) {
    this.kind = kind;
    this.name = options.name;
    this.unit = options.unit ?? '1';
    this.description = options.description ?? '';
  }

  /** What looks at this measure now; a new object whenever views come or go. */
  get watch(): Watcher | undefined {
    return this.#watch;
  }

  get views(): ViewsMark {
    return this.#views;
  }

  /** For the `Stats` this measure belongs to. */
  watchWith(watch: Watcher | undefined): void {
    this.#watch = watch;
    this.#views.changed = true;
    this.#views = { changed: false };
  }

  /** A measurement for `record([...], tags)`. */
  m(value: number): Measurement {
    return { measure: this, value };
  }

  /**
   * Records a value with tags, laid over those of the active context. Never throws: what cannot be recorded is
   * dropped and counted.
   *
   * Cost: without a view one branch; else one look-up of the tags for all views that keep the same ones.
   */
  record(value: number, tags?: Tags, options?: RecordOptions): void {
    const watch = this.#watch;
    if (watch !== undefined) watch.record(value, tags, options);
  }

  /**
   * A recorder for tags that do not change, copied and resolved once. Only these tags count, not the context's.
   * It lives on when views come and go. Never throws: tags that cannot be read drop and count what is recorded.
   */
  bind(tags: Tags = {}): BoundRecorder {
    return new BoundRecorder(this, tags);
  }
}

/**
 * Records several measurements with one set of tags. Never throws; a measure that no view watches, or a value that
 * cannot be recorded, does not keep the others back.
 */
export function record(measurements: readonly Measurement[], tags?: Tags, options?: RecordOptions): void {
  try {
    for (const measurement of measurements) recordOne(measurement, tags, options);
  } catch {
    // No list: there is nothing to record, and no measure to count it under.
  }
}

function recordOne(
  measurement: Measurement,
  tags: Tags | undefined,
  options: RecordOptions | undefined,
): void {
  try {
    measurement.measure.record(measurement.value, tags, options);
  } catch {
    // No measurement: as above.
  }
}

/**
 * Refuses what cannot be a measure.
 *
 * Errors: {@link MetricsError} `NAME_INVALID`, `ARGUMENT_INVALID`.
 */
export function checkMeasure(options: MeasureOptions): void {
  const { name, unit = '', description = '' } = options ?? {};
  if (typeof name !== 'string' || !/^[ -~]{1,255}$/.test(name)) {
    throw new MetricsError('NAME_INVALID', {
      message: `Cannot define measure ${quote(name)}: the name is not 1 to 255 printable ASCII characters; use such a name`,
      details: { measure: name },
    });
  }
  for (const [option, value] of Object.entries({ unit, description })) {
    if (typeof value === 'string') continue;
    throw new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot define measure "${name}": its ${option} is ${quote(value)}; use a string`,
      details: { measure: name, option },
    });
  }
}
