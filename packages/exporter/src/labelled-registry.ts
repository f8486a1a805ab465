import {
  type Collector,
  Desc,
  type ExemplarSampler,
  type Family,
  type Gatherer,
  type GatherOptions,
  type Label,
  MetricsError,
  Registry,
  type SeriesColumns,
  type Snapshot,
  type UnregisterOptions,
} from '@oriel/metrics';
import type { ExporterRegistry } from './backend.ts';

/** Constant labels by name, as they are now. */
export type CurrentLabels = () => Readonly<Record<string, string>>;

/**
 * A gatherer whose families carry constant labels on top, whatever they are at the time.
 *
 * Where a family has a label of such a name it does as `withLabels` of `@oriel/metrics`: the series stay out and
 * the snapshot's errors tell it.
 */
export function labelled(current: CurrentLabels, gatherer: Gatherer): Gatherer {
  return {
    async gather(options?: GatherOptions): Promise<Snapshot> {
      // An empty value is the same as no label.
      const added = Object.entries(current())
        .map(([name, value]) => ({ name, value }))
        .filter(({ value }) => value !== '');
      const snapshot = await gatherer.gather(options);
      return added.length === 0 ? snapshot : withAll(snapshot, added);
    },
    collectorNames: () => gatherer.collectorNames?.() ?? [],
  };
}

/** The same for a registry; one of the class `Registry` stays one. */
export function labelledRegistry(current: CurrentLabels, registry: ExporterRegistry): ExporterRegistry {
  if (registry instanceof Registry) return new LabelledRegistry(current, registry);
  return {
    ...labelled(current, registry),
    register: (collector) => registry.register(collector),
    unregister: (collector, options) => registry.unregister(collector, options),
  };
}

class LabelledRegistry extends Registry {
  readonly #registry: Registry;
  readonly #labelled: Gatherer;

  constructor(current: CurrentLabels, registry: Registry) {
    super();
    this.#registry = registry;
    this.#labelled = labelled(current, registry);
  }

  override register(collector: Collector): void {
    this.#registry.register(collector);
  }

  override unregister(collector: Collector, options?: UnregisterOptions): boolean {
    return this.#registry.unregister(collector, options);
  }

  override get exemplars(): ExemplarSampler | undefined {
    return this.#registry.exemplars;
  }

  override useExemplars(sampler: ExemplarSampler | undefined): void {
    this.#registry.useExemplars(sampler);
  }

  override gather(options?: GatherOptions): Promise<Snapshot> {
    return this.#labelled.gather(options);
  }

  override collectorNames(): string[] {
    return this.#registry.collectorNames();
  }

  override selfMetrics(): Collector {
    return this.#registry.selfMetrics();
  }
}

function withAll(snapshot: Snapshot, added: readonly Label[]): Snapshot {
  const errors = [...snapshot.errors];
  const families = snapshot.families
    .map((family) => ({
      ...family,
      parts: family.parts.flatMap((part) => labelledPart(family, part, added, errors)),
    }))
    .filter(({ parts }) => parts.length > 0);
  return { ...snapshot, families, errors };
}

function labelledPart(
  family: Family,
  part: SeriesColumns,
  added: readonly Label[],
  errors: MetricsError[],
): SeriesColumns[] {
  const constLabels = [...part.constLabels, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  const clash = added.find(({ name }) => isTaken(name, family, part));
  if (clash === undefined) return [{ ...part, constLabels }];
  errors.push(
    new MetricsError('LABEL_NAME_DUPLICATE', {
      message: `Cannot add constant label "${clash.name}" to metric "${family.name}": it has this label itself, its series are left out; use another name`,
      details: { metric: family.name, label: clash.name },
    }),
  );
  return [];
}

function isTaken(label: string, { name, type }: Family, { constLabels, labels }: SeriesColumns): boolean {
  if (labels.names.includes(label) || constLabels.some((own) => own.name === label)) return true;
  // Few labels can be a family's own: only for these its definition is asked.
  if (label !== 'le' && label !== 'quantile' && label !== name) return false;
  try {
    new Desc({ name, type, labelNames: [label] });
    return false;
  } catch {
    return true;
  }
}
