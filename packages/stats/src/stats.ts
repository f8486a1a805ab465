import { defaultRegistry, MetricsError, quote, type Registerer } from '@oriel/metrics';
import { checkMeasure, Measure, type MeasureOptions } from './measure.ts';
import { TagGroup } from './tag-group.ts';
import { checkedView, sameView, type View } from './view.ts';
import type { ViewData } from './view-data.ts';
import { rowsOf, type ViewRow } from './view-rows.ts';
import { Watch } from './watch.ts';

export interface StatsOptions {
  /** Where views are registered as collectors. Default: `defaultRegistry()`. */
  readonly registry?: Registerer;
}

/** A measure and how many views look at it. */
export interface MeasureInfo {
  readonly measure: Measure;
  readonly views: number;
}

/** Measures and the views of them, apart from those of any other `Stats`. */
export class Stats {
  readonly #registry: Registerer;
  readonly #measures = new Map<string, Measure>();
  readonly #views = new Map<string, ViewData>();
  readonly #groups = new Map<Measure, readonly TagGroup[]>();

  constructor(options: StatsOptions = {}) {
    this.#registry = options.registry ?? defaultRegistry();
  }

  /**
   * Defines a measure of any number, or gives the equal one that exists.
   *
   * Errors: {@link MetricsError} `NAME_INVALID`, `ARGUMENT_INVALID`; `MEASURE_CONFLICT` if the name has another kind, unit or
   * description.
   */
  measureDouble(options: MeasureOptions): Measure {
    return this.#define('double', options);
  }

  /** As {@link measureDouble}, for whole numbers; fractions are cut off when recorded. */
  measureInt64(options: MeasureOptions): Measure {
    return this.#define('int64', options);
  }

  /**
   * Puts views to work: all of them, or none and an error. An equal view that is registered already is no error.
   *
   * What was recorded before does not show in a view.
   * Errors: {@link MetricsError} `VIEW_CONFLICT` with `details.existing`, `ARGUMENT_INVALID` for a view of another
   * `Stats`, and those of `view` and `Registry.register`.
   */
  registerViews(...views: readonly View[]): void {
    const fresh = new Map<string, View>();
    for (const given of views) {
      const view = this.#own(checkedView(given));
      const existing = this.#views.get(view.name)?.view ?? fresh.get(view.name);
      if (existing === undefined) fresh.set(view.name, view);
      else if (!sameView(existing, view)) throw conflict(view, existing);
    }
    const done: View[] = [];
    try {
      for (const view of fresh.values()) {
        this.#start(view);
        done.push(view);
      }
    } catch (error) {
      this.unregisterViews(...done);
      throw error;
    }
  }

  /**
   * Ends views, by name or by an equal view, and lets go of their numbers; answers how many there were. A view
   * that only shares the name of a registered one is left alone.
   */
  unregisterViews(...views: readonly (View | string)[]): number {
    let ended = 0;
    for (const given of views) {
      const data = this.#views.get(typeof given === 'string' ? given : given?.name);
      if (data === undefined || (typeof given !== 'string' && !sameView(data.view, given))) continue;
      this.#stop(data);
      ended++;
    }
    return ended;
  }

  findView(name: string): View | undefined {
    return this.#views.get(name)?.view;
  }

  /** All registered views, in the order they came. */
  views(): View[] {
    return [...this.#views.values()].map((data) => data.view);
  }

  /** All measures; one without a view is recorded in vain. */
  measures(): MeasureInfo[] {
    return [...this.#measures.values()].map((measure) => ({
      measure,
      views: this.#groupsOf(measure).reduce((sum, group) => sum + group.views.length, 0),
    }));
  }

  /**
   * A copy of a view's rows, for tests and debug pages.
   *
   * Errors: {@link MetricsError} `VIEW_UNKNOWN`.
   */
  retrieveData(name: string): ViewRow[] {
    const data = this.#views.get(name);
    if (data !== undefined) return rowsOf(data);
    throw new MetricsError('VIEW_UNKNOWN', {
      message: `Cannot retrieve view ${quote(name)}: it is not registered; register it first`,
      details: { view: name },
    });
  }

  #define(kind: Measure['kind'], options: MeasureOptions): Measure {
    checkMeasure(options);
    const fresh = new Measure(kind, options);
    const known = this.#measures.get(fresh.name);
    if (known === undefined) {
      this.#measures.set(fresh.name, fresh);
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

  // A view of another instance's measure would never see a number.
  #own(view: View): View {
    if (this.#measures.get(view.measure.name) === view.measure) return view;
    throw new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot register view "${view.name}": its measure "${view.measure.name}" belongs to another Stats; define it with this one`,
      details: { view: view.name },
    });
  }

  #start(view: View): void {
    const groups = this.#groupsOf(view.measure);
    const shared = groups.find((group) => group.suits(view));
    const group = shared ?? new TagGroup(view);
    const data = group.join(view);
    try {
      this.#registry.register(data);
    } catch (error) {
      group.leave(data);
      throw error;
    }
    this.#views.set(view.name, data);
    this.#watch(view.measure, shared === undefined ? [...groups, group] : groups);
  }

  #stop(data: ViewData): void {
    const { measure, name } = data.view;
    this.#views.delete(name);
    this.#registry.unregister(data, { release: true });
    const groups = this.#groupsOf(measure);
    for (const group of groups) group.leave(data);
    this.#watch(
      measure,
      groups.filter((group) => group.views.length > 0),
    );
  }

  #groupsOf(measure: Measure): readonly TagGroup[] {
    return this.#groups.get(measure) ?? [];
  }

  // Bound recorders see that the watch is another one, and look again.
  #watch(measure: Measure, groups: readonly TagGroup[]): void {
    if (groups.length === 0) this.#groups.delete(measure);
    else this.#groups.set(measure, groups);
    measure.watchWith(groups.length === 0 ? undefined : new Watch(groups));
  }
}

function conflict(view: View, existing: View): MetricsError {
  return new MetricsError('VIEW_CONFLICT', {
    message: `Cannot register view "${view.name}": it exists as ${shown(existing)}, not ${shown(view)}; use the same or another name`,
    details: { view: view.name, existing },
  });
}

function shown({ aggregation, measure, tagKeys, seriesLimit }: View): string {
  const bounds = aggregation.kind === 'distribution' ? ` over [${aggregation.bounds.join(', ')}]` : '';
  return `${aggregation.kind}${bounds} of "${measure.name}" by [${tagKeys.join(', ')}], at most ${seriesLimit} series`;
}
