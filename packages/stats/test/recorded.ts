import { labelsOf, MetricsError, Registry } from '@oriel/metrics';
import { expect } from 'vitest';
import { count } from '../src/aggregation.ts';
import { type Measure, Stats, type StatsOptions, type View } from '../src/index.ts';
import { type ViewOptions, view } from '../src/view.ts';

/** A `Stats` on a registry of its own, whose self-metrics are registered as well. */
export class Fixture {
  readonly registry: Registry = new Registry();
  readonly stats: Stats;

  constructor(options: StatsOptions = {}) {
    this.stats = new Stats({ registry: this.registry, ...options });
    this.registry.register(this.registry.selfMetrics());
  }

  measure(name = 'm', unit = '1'): Measure {
    return this.stats.measureDouble({ name, unit });
  }

  /** Defines and registers a view of a measure; counts by no tags unless told otherwise. */
  watch(measure: Measure, options: Partial<ViewOptions> = {}): View {
    const made = view({ measure, aggregation: count(), ...options });
    this.stats.registerViews(made);
    return made;
  }

  /** Tags as JSON to value, in the order the rows came. */
  values(name = 'm'): Record<string, number> {
    const rows = this.stats.retrieveData(name).map(({ tags, value }) => [JSON.stringify(tags), value]);
    return Object.fromEntries(rows);
  }

  /** `view cause` to count, as the self-metrics of the registry say. */
  drops(): Promise<Record<string, number>> {
    return this.series('oriel_recordings_dropped_total', ({ metric, cause }) => `${metric} ${cause}`);
  }

  /** The first number of each series of a family on the page, by its labels: as JSON, or as told. */
  async series(
    name: string,
    key: (labels: Readonly<Record<string, string>>) => string = JSON.stringify,
  ): Promise<Record<string, number>> {
    const { families, errors } = await this.registry.gather({ names: [name] });
    expect(errors).toEqual([]);
    const parts = families.flatMap((family) => family.parts);
    const pairs = parts.flatMap((part) =>
      Array.from({ length: part.rows }, (_, row) => {
        const labels = Object.fromEntries(labelsOf(part, row).map(({ name, value }) => [name, value]));
        return [key(labels), part.values[row * part.stride]];
      }),
    );
    return Object.fromEntries(pairs);
  }
}

/** Gives a value to a call as callers without types would. */
export function untyped<T>(value: unknown): T {
  return value as T;
}

/** The MetricsError that a call throws; anything else fails the test. */
export function thrownBy(act: () => unknown): MetricsError {
  try {
    act();
  } catch (error) {
    if (error instanceof MetricsError) return error;
  }
  return expect.fail('nothing was thrown, or something that is no MetricsError');
}

/** A fixture with a view `m` that counts the measure `m` by these tags. */
export function watched(...tagKeys: string[]): Fixture {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys });
  return fixture;
}
