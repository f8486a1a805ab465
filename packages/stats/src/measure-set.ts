import { MetricsError } from '@oriel/metrics';
import { checkMeasure, Measure, type MeasureOptions } from './measure.ts';

/** The measures of one `Stats`, by name. */
export class MeasureSet {
  readonly byName: ReadonlyMap<string, Measure>;
  readonly #measures = new Map<string, Measure>();
  readonly #onNew: (measure: Measure) => void;

  constructor(onNew: (measure: Measure) => void) {
    this.byName = this.#measures;
    this.#onNew = onNew;
  }

  /** Whether this very measure is one of them. */
  owns(measure: Measure): boolean {
    return this.#measures.get(measure.name) === measure;
  }

  define(kind: Measure['kind'], options: MeasureOptions): Measure {
    checkMeasure(options);
    const fresh = new Measure(kind, options);
    const known = this.#measures.get(fresh.name);
    if (known === undefined) {
      this.#measures.set(fresh.name, fresh);
      this.#onNew(fresh);
      return fresh;
    }
    for (const key of ['kind', 'unit', 'description'] as const) {
      if (known[key] === fresh[key]) continue;
      throw new MetricsError('MEASURE_CONFLICT', {
        message: `Cannot define measure "${fresh.name}": it exists with ${key} "${known[key]}", not "${fresh[key]}"; use the same or another name`,
        details: { measure: fresh.name, existing: known },
      });
    }
    return known;
  }
}
