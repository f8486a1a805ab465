import type { ViewConfigIssue, ViewEntryValues } from '@oriel/stats';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import type { OptIn } from './measure-definition.ts';
import { labelsUnder, nameUnder, renamedLabels, unitUnder } from './profile.ts';
import type { RuntimeSettings } from './runtime-options.ts';
import { readWorkflow } from './workflow-fields.ts';

/** An entry of `views` that stands for another field, and where its fields came from. */
interface OwnEntry {
  readonly entry: ViewEntryValues;
  readonly placeOf: (path: readonly PropertyKey[]) => readonly PropertyKey[];
}

/** Dapr's fields as entries of `views`; those of the operator come after them, and win. */
export class Translation {
  readonly issues: ViewConfigIssue[] = [];
  readonly warnings: ViewConfigIssue[] = [];
  readonly #settings: RuntimeSettings;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #own: readonly OwnEntry[];

  constructor(settings: RuntimeSettings, values: Readonly<Record<string, unknown>>) {
    this.#settings = settings;
    this.#values = values;
    this.#own = [...this.#workflow(), ...this.#triggers(), ...this.#optIns()];
  }

  /** The fields that the views of a `Stats` take. */
  viewFields(): Record<string, unknown> {
    const { views, tags, rules, latencyDistributionBuckets } = this.#values;
    const own = this.#own.map(({ entry }) => entry);
    const all =
      views === undefined || views === null ? own : Array.isArray(views) ? [...own, ...views] : views;
    return { views: all, tags, rules: this.#rules(rules), latencyDistributionBuckets };
  }

  /** The same remarks with the places of the operator's file. */
  placed(remarks: readonly ViewConfigIssue[]): ViewConfigIssue[] {
    const placed = remarks.map(({ path, message }) => ({ path: this.#placeOf(path), message }));
    // One field may stand for several views.
    return [...new Map(placed.map((remark) => [JSON.stringify(remark), remark])).values()];
  }

  #placeOf(path: readonly PropertyKey[]): readonly PropertyKey[] {
    const [field, index, ...rest] = path;
    if (field !== 'views' || typeof index !== 'number') return path;
    return this.#own[index]?.placeOf(rest) ?? [field, index - this.#own.length, ...rest];
  }

  #workflow(): OwnEntry[] {
    const { bounds, unit } = readWorkflow(this.#values.workflow, this);
    if (bounds === undefined) return [];
    const entries = this.#chosen().filter((entry) => entry.bounds === 'WLAT');
    if (entries.length === 0) this.#warn(['workflow'], 'this runtime measures no workflows; leave it out');
    return entries.map((entry) => ({
      entry: { name: nameUnder(this.#settings.profile, entry), bounds: bounds as readonly number[], unit },
      placeOf: ([field, ...rest]) =>
        field === 'unit'
          ? ['workflow', 'latencyDistributionUnits']
          : ['workflow', 'latencyDistributionBuckets', ...rest],
    }));
  }

  // Dapr's list is not for the scheduler's triggers.
  #triggers(): OwnEntry[] {
    const { bounds, profile } = this.#settings;
    if (!Array.isArray(this.#values.latencyDistributionBuckets)) return [];
    return this.#chosen()
      .filter((entry) => entry.bounds === 'TRIG')
      .map((entry) => ({
        entry: { name: nameUnder(profile, entry), bounds: bounds.TRIG, unit: unitUnder('dapr', entry) },
        placeOf: () => ['latencyDistributionBuckets'],
      }));
  }

  #optIns(): OwnEntry[] {
    const { recordErrorCodes, http } = this.#values;
    const { defaults } = this.#settings.paths;
    const cardinality = (http as { readonly increasedCardinality?: unknown } | null | undefined)
      ?.increasedCardinality;
    const errorCodes = recordErrorCodes ?? this.#settings.optIns.recordErrorCodes;
    if (typeof errorCodes !== 'boolean')
      this.issues.push({ path: ['recordErrorCodes'], message: 'use true or false' });
    const wanted: Readonly<Record<OptIn, unknown>> = {
      recordErrorCodes: errorCodes,
      increasedCardinality: cardinality ?? defaults.increasedCardinality,
    };
    return this.#chosen().flatMap((entry) => this.#optIn(entry, wanted));
  }

  #optIn(entry: CatalogueEntry, wanted: Readonly<Record<OptIn, unknown>>): OwnEntry[] {
    const { optIns, profile, seriesLimit } = this.#settings;
    const { optIn } = entry;
    if (optIn === undefined || wanted[optIn] === optIns[optIn]) return [];
    const name = nameUnder(profile, entry);
    const added = {
      name,
      measure: name,
      aggregation: 'sum',
      tags: labelsUnder(profile, entry),
      seriesLimit,
    } as const;
    return [
      { entry: wanted[optIn] === true ? added : { name, drop: true }, placeOf: () => [placeOfOptIn[optIn]] },
    ];
  }

  // Rules in a Dapr document name Dapr's metrics and labels, whatever the profile.
  #rules(rules: unknown): unknown {
    if (this.#settings.profile === 'dapr' || !Array.isArray(rules)) return rules;
    return rules.map((rule: unknown) => {
      const { name, labels } = (rule ?? {}) as { readonly name?: unknown; readonly labels?: unknown };
      const known = typeof name === 'string' ? this.#entryNamed(name) : undefined;
      if (known === undefined) return rule;
      return {
        ...(rule as object),
        name: known.today,
        ...(labels !== undefined && { labels: labelsOf(labels, known) }),
      };
    });
  }

  #entryNamed(name: string): CatalogueEntry | undefined {
    const own = plain(name).replace(/^dapr_/, '');
    return this.#chosen().find((entry) => plain(entry.name) === own);
  }

  #chosen(): readonly CatalogueEntry[] {
    return catalogue.filter(({ part }) => this.#settings.parts.includes(part));
  }

  #warn(path: readonly PropertyKey[], message: string): void {
    this.warnings.push({ path, message });
  }
}

function labelsOf(labels: unknown, entry: CatalogueEntry): unknown {
  if (!Array.isArray(labels)) return labels;
  const renamed = renamedLabels(entry);
  return labels.map((label: unknown) => {
    const name = renamed.get((label as { readonly name?: string } | null)?.name ?? '');
    return name === undefined ? label : { ...(label as object), name };
  });
}

const placeOfOptIn: Readonly<Record<OptIn, string>> = {
  recordErrorCodes: 'recordErrorCodes',
  increasedCardinality: 'http',
};

function plain(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9]/g, '_');
}
