import { MetricsError, quote } from '@oriel/metrics';
import { ConfigReport, issueText, type ViewConfigIssue, type ViewConfigPlan } from './config-report.ts';
import type { Measure } from './measure.ts';
import { sameView, type View, viewConflict } from './view.ts';
import type { ViewPlan } from './view-plan.ts';
import { type Measures, openPolicy, ViewPolicy } from './view-policy.ts';
import { type ViewChange, ViewSet, type ViewSetOptions } from './view-set.ts';

export interface ManagedViewsOptions extends ViewSetOptions {
  readonly measures: Measures;
  readonly onWarning: (message: string) => void;
}

/** Views as code registered them, and what runs of them under the operator's policy. */
export class ManagedViews {
  /** As code registered them, in the order they came. */
  readonly #base = new Map<string, View>();
  readonly #running: ViewSet;
  readonly #measures: Measures;
  readonly #onWarning: (message: string) => void;
  #policy = openPolicy();

  constructor({ measures, onWarning, ...options }: ManagedViewsOptions) {
    this.#running = new ViewSet(options);
    this.#measures = measures;
    this.#onWarning = onWarning;
  }

  base(): ReadonlyMap<string, View> {
    return this.#base;
  }

  running(): ViewSet {
    return this.#running;
  }

  /** Takes views of code, all of them or none and throws; those that are there already stay. */
  add(views: readonly View[]): void {
    const fresh = new Map<string, View>();
    for (const view of views) {
      const existing = this.#base.get(view.name) ?? fresh.get(view.name);
      if (existing === undefined) fresh.set(view.name, view);
      else if (!sameView(existing, view)) throw viewConflict(view, existing);
    }
    const report = new ConfigReport();
    const change = this.#changeFor(this.#policy, fresh.keys(), (name) => fresh.get(name), report);
    if (report.issues.length > 0) throw this.#refusal([...fresh.keys()], report.issues);
    this.#running.apply(change);
    for (const view of fresh.values()) this.#base.set(view.name, view);
  }

  /** Ends a view of code; one of the operator's with its name begins, if there is one. */
  remove(name: string): void {
    this.#base.delete(name);
    const report = new ConfigReport();
    const change = this.#changeFor(this.#policy, [name], () => undefined, report);
    const { ends } = change;
    this.#try(
      report,
      () => this.#running.apply(change),
      () => this.#running.apply({ ends, begins: [] }),
    );
  }

  /** Begins the views that the operator wants of a measure which is new. */
  measureDefined(measure: Measure): void {
    const names = this.#policy.madeNames(measure.name);
    if (names.length === 0) return;
    const report = new ConfigReport();
    const change = this.#changeFor(this.#policy, names, this.#baseOf, report);
    this.#try(report, () => this.#running.apply(change));
  }

  /** Plans what the operator's fields make of the views. */
  plan(values: unknown, namespace: string): ViewConfigPlan {
    const report = new ConfigReport();
    let constLabels = {};
    let commit: () => unknown = () => {};
    try {
      const policy = new ViewPolicy(values, namespace, report);
      constLabels = policy.constLabels;
      commit = () => report.issues.length === 0 && this.#commit(policy);
      if (report.issues.length === 0) this.#check(policy, report);
    } catch (error) {
      report.issue(['views'], `the fields cannot be read: ${textOfThrown(error)}`);
    }
    return { issues: report.issues, warnings: report.warnings, constLabels, commit: () => void commit() };
  }

  // Views that begin may not fit beside what else the registry holds.
  #check(policy: ViewPolicy, report: ConfigReport): void {
    const change = this.#changeFor(policy, this.#namesUnder(policy), this.#baseOf, report);
    policy.warnOfUnused(this.#measures, report);
    if (report.issues.length > 0) return;
    try {
      this.#running.rehearse(change);
    } catch (error) {
      const view = change.begins.map((plan) => plan.view.name).find((name) => name === nameIn(error));
      report.issue(policy.pathOf(view), `the registry has no room for it: ${textOfThrown(error)}`);
    }
  }

  #commit(policy: ViewPolicy): void {
    const report = new ConfigReport();
    const change = this.#changeFor(policy, this.#namesUnder(policy), this.#baseOf, report);
    this.#try(report, () => {
      this.#running.apply(change);
      this.#policy = policy;
    });
  }

  // What was found fit is not so any more, or comes when there is nobody to throw at.
  #try(report: ConfigReport, act: () => void, otherwise: () => void = () => {}): void {
    try {
      if (report.issues.length > 0) throw this.#refusal([], report.issues);
      act();
    } catch (error) {
      otherwise();
      this.#onWarning(`Cannot use the operator's views: ${textOfThrown(error)}`);
    }
  }

  readonly #baseOf = (name: string): View | undefined => this.#base.get(name);

  #namesUnder(policy: ViewPolicy): Set<string> {
    return new Set([...this.#base.keys(), ...policy.madeNames(), ...this.#running.names()]);
  }

  #changeFor(
    policy: ViewPolicy,
    names: Iterable<string>,
    baseOf: (name: string) => View | undefined,
    report: ConfigReport,
  ): ViewChange {
    const plans = new Map<string, ViewPlan | undefined>();
    for (const name of names) plans.set(name, policy.planOf(name, baseOf(name), this.#measures, report));
    return this.#running.changeTo(plans);
  }

  #refusal(views: readonly string[], issues: readonly ViewConfigIssue[]): MetricsError {
    const act = views.length === 0 ? 'use a view' : `register view "${views.join('", "')}"`;
    return new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot ${act} as the operator has it: ${issueText(this.#policy.values, issues[0])}`,
      details: { views, issues },
    });
  }
}

function textOfThrown(error: unknown): string {
  return error instanceof Error ? error.message : quote(error);
}

// The registry and descriptors name the metric they refuse.
function nameIn(error: unknown): unknown {
  return error instanceof MetricsError ? error.details.metric : undefined;
}
