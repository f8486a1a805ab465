import {
  type CounterChild,
  defaultRegistry,
  type ExemplarSampler,
  MetricsError,
  quote,
  type Registerer,
} from '@oriel/metrics';
import { issueText, type ViewConfigIssue, type ViewConfigPlan } from './config-report.ts';
import { ManagedViews } from './managed-views.ts';
import type { Measure, MeasureOptions } from './measure.ts';
import { MeasureSet } from './measure-set.ts';
import { spanExemplars } from './span-exemplars.ts';
import { StatsMetrics } from './stats-metrics.ts';
import { checkedView, sameView, type View } from './view.ts';
import type { ViewConfigValues } from './view-policy.ts';
import { rowsOf, type ViewRow } from './view-rows.ts';

export interface StatsOptions {
  /** Where views are registered as collectors. Default: `defaultRegistry()`. */
  readonly registry?: Registerer;
  /**
   * Who chooses the active spans that series and buckets keep as exemplars: a sampler, `true` for that of
   * `spanExemplars()`, `false` for nobody. Default: what the registry has, nobody unless it is told.
   */
  readonly exemplars?: ExemplarSampler | boolean;
  /** Milliseconds from any moment on, by which rows go idle. Default: those since the process began. */
  readonly clock?: { now(): number };
  /**
   * Told when the operator's views cannot be used after all: a measure they wait for was defined, a view of code
   * ended, or another collector took a name between a plan and its commit. Default: nobody.
   */
  readonly onWarning?: (message: string) => void;
}

/** A measure and how many views look at it. */
export interface MeasureInfo {
  readonly measure: Measure;
  readonly views: number;
}

/** What `configure` could do, and what it could not do by itself. */
export interface ConfiguredViews {
  readonly warnings: readonly ViewConfigIssue[];
  /** Of `tags.constant`: for `withLabels` of `@oriel/metrics`, as a `Stats` has a part of the registry only. */
  readonly constLabels: Readonly<Record<string, string>>;
}

export interface PlanOptions {
  /** What names of metrics may begin with in `rules`, without the underscore after it. Default: `dapr`. */
  readonly namespace?: string;
}

/** Measures and the views of them, apart from those of any other `Stats`. */
export class Stats {
  readonly #measures: MeasureSet;
  readonly #views: ManagedViews;
  readonly #metrics: StatsMetrics;

  constructor(options: StatsOptions = {}) {
    const { registry = defaultRegistry(), clock = performance, onWarning = () => {}, exemplars } = options;
    this.#metrics = new StatsMetrics(registry);
    this.#measures = new MeasureSet((measure) => this.#views.measureDefined(measure));
    this.#views = new ManagedViews({
      registry,
      measures: this.#measures.byName,
      metrics: this.#metrics,
      now: () => clock.now(),
      exemplars: exemplars === true ? spanExemplars() : exemplars,
      onWarning: (message) => quietly(() => onWarning(message)),
    });
  }

  /**
   * Defines a measure of any number, or gives the equal one that exists.
   *
   * Errors: {@link MetricsError} `NAME_INVALID`, `ARGUMENT_INVALID`; `MEASURE_CONFLICT` if the name has another kind, unit or
   * description.
   */
  measureDouble(options: MeasureOptions): Measure {
    return this.#measures.define('double', options);
  }

  /** As {@link measureDouble}, for whole numbers; fractions are cut off when recorded. */
  measureInt64(options: MeasureOptions): Measure {
    return this.#measures.define('int64', options);
  }

  /**
   * Puts views to work: all of them, or none and an error. An equal view that is registered already is no error.
   *
   * What was recorded before does not show in a view. What the operator decided about views holds for these too.
   * Errors: {@link MetricsError} `VIEW_CONFLICT` with `details.existing`, `ARGUMENT_INVALID` for a view of another
   * `Stats` or one that the operator's fields cannot be applied to, and those of `view` and `Registry.register`.
   */
  registerViews(...views: readonly View[]): void {
    this.#views.add(views.map((given) => this.#own(checkedView(given))));
  }

  /**
   * Ends views, by name or by an equal view, and lets go of their numbers; answers how many there were. A view
   * that only shares the name of a registered one is left alone, and so are those the operator added.
   */
  unregisterViews(...views: readonly (View | string)[]): number {
    let ended = 0;
    for (const given of views) {
      const base = this.#views.base().get(typeof given === 'string' ? given : given?.name);
      if (base === undefined || (typeof given !== 'string' && !sameView(base, given))) continue;
      this.#views.remove(base.name);
      ended++;
    }
    return ended;
  }

  /** A view as it was registered, whatever the operator makes of it. */
  findView(name: string): View | undefined {
    return this.#views.base().get(name);
  }

  /** All registered views as they were registered, in the order they came. */
  views(): View[] {
    return [...this.#views.base().values()];
  }

  /** The views that run: as the operator has them, with those he added and without those he dropped. */
  runningViews(): View[] {
    return this.#views.running().views();
  }

  /** All measures; one without a view is recorded in vain. */
  measures(): MeasureInfo[] {
    const running = this.#views.running();
    return [...this.#measures.byName.values()].map((measure) => ({
      measure,
      views: running.countOf(measure),
    }));
  }

  /**
   * A copy of a running view's rows, for tests and debug pages.
   *
   * Errors: {@link MetricsError} `VIEW_UNKNOWN`.
   */
  retrieveData(name: string): ViewRow[] {
    const data = this.#views.running().find(name);
    if (data !== undefined) return rowsOf(data);
    const dropped = this.#views.base().has(name);
    const what = dropped
      ? 'the operator drops it; change his entry'
      : 'it is not registered; register it first';
    throw new MetricsError('VIEW_UNKNOWN', {
      message: `Cannot retrieve view ${quote(name)}: ${what}`,
      details: { view: name },
    });
  }

  /**
   * Decides about all views, those registered later too; `{}` leaves them as code has them. It replaces what was
   * decided before, here or by `viewConfig`. Views that it does not touch go on with their numbers.
   *
   * Errors: {@link MetricsError} `ARGUMENT_INVALID` with `details.issues`, and everything stays as it was.
   */
  configure(values: ViewConfigValues, options: PlanOptions = {}): ConfiguredViews {
    const { issues, warnings, constLabels, commit } = this.planViews(values, options);
    if (issues.length > 0) {
      const more = issues.length > 1 ? `, and ${issues.length - 1} more` : '';
      throw new MetricsError('ARGUMENT_INVALID', {
        message: `Cannot configure views: ${issueText(values, issues[0])}${more}`,
        details: { issues },
      });
    }
    commit();
    return { warnings, constLabels };
  }

  /** Checks what {@link configure} would be given, and changes nothing before `commit()`. Never throws. */
  planViews(values: unknown, options: PlanOptions = {}): ViewConfigPlan {
    return this.#views.plan(values, options.namespace ?? 'dapr');
  }

  /**
   * Counts label values that a caller of this `Stats` folds into one, such as paths nobody knows, for
   * `oriel_label_values_folded_total{metric, label}` in the registry. `metric` is the view or measure concerned.
   *
   * Cost: hold what it returns; then each `inc()` is one addition.
   */
  foldCounter(metric: string, label: string): CounterChild {
    return this.#metrics.folded(metric, label);
  }

  // A view of another instance's measure would never see a number.
  #own(view: View): View {
    if (this.#measures.owns(view.measure)) return view;
    throw new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot register view "${view.name}": its measure "${view.measure.name}" belongs to another Stats; define it with this one`,
      details: { view: view.name },
    });
  }
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // A listener that fails must not fail what it is told of.
  }
}
