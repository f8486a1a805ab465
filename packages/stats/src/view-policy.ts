import { type ConfigPath, ConfigReport } from './config-report.ts';
import { fieldsOf } from './config-values.ts';
import { LatencyBuckets, type LatencyBucketValues } from './latency-buckets.ts';
import type { Measure } from './measure.ts';
import { type KeptTag, TagRules, type TagRuleValues } from './tag-rules.ts';
import { ValueRewriter } from './value-rewriter.ts';
import { ValueRules, type ValueRuleValues } from './value-rules.ts';
import { sameView, type View, view } from './view.ts';
import { aggregationOf, changed, draftOf, newDraft, type ViewDraft } from './view-draft.ts';
import { readViewEntries, type ViewEntry, type ViewEntryValues } from './view-entry.ts';
import type { ViewPlan } from './view-plan.ts';

/** What an operator decides about views. What is left out stays as code has it. */
export interface ViewConfigValues {
  /** Views to drop, change or add; in order, later ones win. */
  readonly views?: readonly ViewEntryValues[];
  readonly tags?: TagRuleValues;
  /** What rewrites label values, in order. */
  readonly rules?: readonly ValueRuleValues[];
  readonly latencyDistributionBuckets?: LatencyBucketValues;
}

/** The measures there are, by name. */
export type Measures = ReadonlyMap<string, Measure>;

/** The operator's fields, read: what becomes of each view. */
export class ViewPolicy {
  /** As they were given, to show them in messages. */
  readonly values: unknown;
  readonly constLabels: Readonly<Record<string, string>>;
  readonly #entries: readonly ViewEntry[];
  readonly #tags: TagRules;
  readonly #rules: ValueRules;
  readonly #latency: LatencyBuckets;
  /** By key, so that views with the same rules share what they have computed. */
  readonly #rewriters = new Map<string, ValueRewriter>();

  /** Reads the fields; with an issue in the report the policy must not be used. */
  constructor(values: unknown, namespace: string, report: ConfigReport) {
    const known = ['views', 'tags', 'rules', 'latencyDistributionBuckets'];
    const fields = fieldsOf(values, known, [], report);
    this.values = values;
    this.#entries = readViewEntries(fields.get('views'), report);
    this.#tags = new TagRules(fields.get('tags'), report);
    this.#rules = new ValueRules(fields.get('rules'), namespace, report);
    this.#latency = new LatencyBuckets(fields.get('latencyDistributionBuckets'), report);
    this.constLabels = Object.freeze(Object.fromEntries(this.#tags.constant));
  }

  /** Names of views that the operator makes, of one measure if it is given. */
  madeNames(measure?: string): string[] {
    const made = this.#entries.filter((entry) => entry.measure !== undefined);
    return made.filter((entry) => (measure ?? entry.measure) === entry.measure).map(({ name }) => name.text);
  }

  /** How the view of a name is to run, if it is; `base` is what code registered under it. */
  planOf(
    name: string,
    base: View | undefined,
    measures: Measures,
    report: ConfigReport,
  ): ViewPlan | undefined {
    const start = base && draftOf(base, this.#latency.boundsFor(name, base.measure.unit, report));
    const draft = this.#entries
      .filter((entry) => entry.name.matches(name))
      .reduce<ViewDraft | undefined>(
        (before, entry) => this.#next(before, entry, name, measures, report),
        start,
      );
    return draft === undefined || draft.drop ? undefined : this.#finished(draft, base, report);
  }

  /** Where a view that cannot run is best put right. */
  pathOf(name: string | undefined): ConfigPath {
    const entry = this.#entries.findLast((each) => name !== undefined && each.name.matches(name));
    return entry?.path ?? ['views'];
  }

  /** Warns of what had nothing to do when all views were planned with this report. */
  warnOfUnused(measures: Measures, report: ConfigReport): void {
    for (const entry of this.#entries) {
      if (report.used.has(entry)) continue;
      const { path, measure } = entry;
      if (measure === undefined) report.warn([...path, 'name'], 'no view of this name is registered yet');
      else if (!measures.has(measure)) {
        report.warn(
          [...path, 'measure'],
          'no measure of this name is defined yet; the view begins when it is',
        );
      }
    }
    for (const part of [this.#tags, this.#rules, this.#latency]) part.warnOfUnused(report);
  }

  #next(
    before: ViewDraft | undefined,
    entry: ViewEntry,
    name: string,
    measures: Measures,
    report: ConfigReport,
  ): ViewDraft | undefined {
    const draft = before ?? this.#made(entry, name, measures, report);
    if (draft === undefined) return undefined;
    if (entry.measure !== undefined && entry.measure !== draft.measure.name) {
      const cure = `view "${name}" is of measure "${draft.measure.name}"; leave "measure" out to change it, or use another name`;
      report.issue([...entry.path, 'measure'], cure);
      return draft;
    }
    report.used.add(entry);
    return changed(draft, entry, report);
  }

  #made(entry: ViewEntry, name: string, measures: Measures, report: ConfigReport): ViewDraft | undefined {
    const measure = entry.measure === undefined ? undefined : measures.get(entry.measure);
    return measure && newDraft(name, measure, entry, this.#latency.boundsFor(name, measure.unit, report));
  }

  #finished(draft: ViewDraft, base: View | undefined, report: ConfigReport): ViewPlan {
    const { name, measure, description, seriesLimit, expiryMs } = draft;
    const kept = this.#tags.kept(name, draft.tags, report);
    const tagKeys = [...new Set(kept.map(({ label }) => label))];
    const made = view({
      name,
      measure,
      description,
      tagKeys,
      aggregation: aggregationOf(draft),
      seriesLimit,
    });
    const same = base !== undefined && sameView(made, base);
    const sources = kept.map(({ tag }) => tag);
    return {
      view: same ? base : made,
      sources,
      rewriters: this.#rewritersFor(draft, kept, report),
      expiryMs,
    };
  }

  #rewritersFor(
    { name, measure }: ViewDraft,
    kept: readonly KeptTag[],
    report: ConfigReport,
  ): ViewPlan['rewriters'] {
    const replacersFor = this.#rules.forView(name, measure.name, report);
    const { valueLength } = this.#tags;
    const rewriters = kept.map(({ tag }) => {
      const replacers = replacersFor(tag);
      if (replacers.length === 0 && valueLength === undefined) return undefined;
      const fresh = new ValueRewriter(replacers, valueLength);
      const known = this.#rewriters.get(fresh.key) ?? fresh;
      this.#rewriters.set(known.key, known);
      return known;
    });
    return rewriters.every((rewriter) => rewriter === undefined) ? [] : rewriters;
  }
}

/** Leaves every view as code has it. */
export function openPolicy(): ViewPolicy {
  return new ViewPolicy({}, '', new ConfigReport());
}
