import type { ExemplarSampler, Registerer } from '@oriel/metrics';
import type { Measure } from './measure.ts';
import type { StatsMetrics } from './stats-metrics.ts';
import { type RowKeeping, type TagGroup, tagGroup } from './tag-group.ts';
import type { View } from './view.ts';
import type { ViewData } from './view-data.ts';
import { samePlan, type ViewPlan } from './view-plan.ts';
import { Watch } from './watch.ts';

/** Views to end and views to begin, as one step. */
export interface ViewChange {
  readonly ends: readonly ViewData[];
  readonly begins: readonly ViewPlan[];
}

export interface ViewSetOptions {
  readonly registry: Registerer;
  readonly metrics: StatsMetrics;
  readonly now: () => number;
  /** Who chooses exemplars; `undefined` if the registry says it. */
  readonly exemplars?: ExemplarSampler | false;
}

/** The views that run, over one registry. */
export class ViewSet {
  readonly #registry: Registerer;
  readonly #keeping: RowKeeping;
  readonly #views = new Map<string, ViewData>();
  readonly #groups = new Map<Measure, readonly TagGroup[]>();

  constructor({ registry, metrics, now, exemplars }: ViewSetOptions) {
    this.#registry = registry;
    const onRowsEnded = (group: TagGroup, rows: number): void => {
      for (const { view } of group.views) metrics.expired(view.name, rows);
      const { measure } = group.views[0].view;
      measure.watchWith(measure.watch);
    };
    const onSwitched = ({ views: [data] }: TagGroup): void => {
      data?.view.measure.watchWith(data.view.measure.watch);
    };
    this.#keeping = { now, onRowsEnded, onSwitched, exemplars };
  }

  find(name: string): ViewData | undefined {
    return this.#views.get(name);
  }

  names(): string[] {
    return [...this.#views.keys()];
  }

  views(): View[] {
    return [...this.#views.values()].map((data) => data.view);
  }

  /** How many views look at a measure. */
  countOf(measure: Measure): number {
    return this.#groupsOf(measure).reduce((sum, group) => sum + group.views.length, 0);
  }

  /** What has to change for these plans, by name, to be what runs; `undefined` ends a view. */
  changeTo(plans: ReadonlyMap<string, ViewPlan | undefined>): ViewChange {
    const changed = [...plans].filter(([name, plan]) => !this.#runs(name, plan));
    return {
      ends: changed.flatMap(([name]) => this.#views.get(name) ?? []),
      begins: changed.flatMap(([, plan]) => plan ?? []),
    };
  }

  /** Makes a change, all of it, or none and throws. */
  apply(change: ViewChange): void {
    const { begun } = this.#register(change);
    for (const data of change.ends) {
      this.#views.delete(data.view.name);
      for (const group of this.#groupsOf(data.view.measure)) group.leave(data);
    }
    for (const { group, data } of begun) {
      group.join(data);
      this.#views.set(data.view.name, data);
      const groups = this.#groupsOf(data.view.measure);
      if (!groups.includes(group)) this.#groups.set(data.view.measure, [...groups, group]);
    }
    const touched = [...change.ends.map(({ view }) => view), ...change.begins.map(({ view }) => view)];
    for (const measure of new Set(touched.map(({ measure }) => measure))) this.#watch(measure);
  }

  /** Throws what {@link apply} would throw, and changes nothing. */
  rehearse(change: ViewChange): void {
    this.#register(change).undo();
  }

  #runs(name: string, plan: ViewPlan | undefined): boolean {
    const data = this.#views.get(name);
    return data === undefined || plan === undefined ? data === plan : samePlan(data.plan, plan);
  }

  // Only this can fail, so it comes first.
  #register({ ends, begins }: ViewChange): Registered {
    const begun = this.#prepared(begins);
    const off: ViewData[] = [];
    const on: ViewData[] = [];
    const undo = (): void => {
      for (const data of on) this.#registry.unregister(data, { release: true });
      for (const data of off) this.#registry.register(data);
    };
    try {
      for (const data of ends) if (this.#registry.unregister(data, { release: true })) off.push(data);
      for (const { data } of begun) {
        this.#registry.register(data);
        on.push(data);
      }
    } catch (error) {
      undo();
      throw error;
    }
    return { begun, undo };
  }

  #prepared(plans: readonly ViewPlan[]): Begun[] {
    const fresh = new Map<Measure, TagGroup[]>();
    return plans.map((plan) => {
      const { measure } = plan.view;
      const made = fresh.get(measure) ?? [];
      const suiting = [...this.#groupsOf(measure), ...made].find((group) => group.suits(plan));
      const group = suiting ?? tagGroup(plan, this.#keeping);
      if (suiting === undefined) fresh.set(measure, [...made, group]);
      return { group, data: group.dataFor(plan) };
    });
  }

  #groupsOf(measure: Measure): readonly TagGroup[] {
    return this.#groups.get(measure) ?? [];
  }

  // Bound recorders see that the watch is another one, and look again.
  #watch(measure: Measure): void {
    const groups = this.#groupsOf(measure).filter((group) => group.views.length > 0);
    if (groups.length === 0) this.#groups.delete(measure);
    else this.#groups.set(measure, groups);
    measure.watchWith(groups.length === 0 ? undefined : new Watch(groups));
  }
}

interface Begun {
  readonly group: TagGroup;
  readonly data: ViewData;
}

interface Registered {
  readonly begun: readonly Begun[];
  readonly undo: () => void;
}
