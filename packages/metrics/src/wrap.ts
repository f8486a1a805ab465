import type { Collector, FamilySink } from './collector.ts';
import type { Desc, Label } from './desc.ts';
import { MetricsError } from './error.ts';
import { labelValue } from './label-value.ts';
import { checkLabelName } from './names.ts';
import { WRAPPED } from './registration.ts';
import type { Gatherer, GatherOptions, Registerer, UnregisterOptions } from './registry.ts';
import type { FamilyHead, SeriesColumns, Snapshot } from './snapshot.ts';

/**
 * A registerer that puts a prefix before the names of what it registers.
 *
 * Not for process and runtime metrics, whose names are standards. Without a registerer every call does nothing.
 */
export function withPrefix(prefix: string, registerer: Registerer | undefined): Registerer {
  return new WrappingRegisterer(registerer, {
    desc: (desc) => desc.with({ name: prefix + desc.name }),
    head: (head) => ({ name: prefix + head.name, help: head.help, unit: head.unit, type: head.type }),
    columns: (columns) => columns,
  });
}

/**
 * A registerer that adds constant labels to what it registers.
 *
 * Errors: registering throws {@link MetricsError} `LABEL_NAME_DUPLICATE` if a label is there already.
 */
export function withLabels(
  labels: Readonly<Record<string, string>>,
  registerer: Registerer | undefined,
): Registerer {
  // An empty value is the same as no label.
  const added = Object.entries(labels)
    .map(([name, value]) => checkedLabel(name, value))
    .filter((label) => label.value !== '');
  return new WrappingRegisterer(registerer, {
    desc: (desc) => desc.with({ constLabels: added }),
    head: (head) => head,
    columns: (columns) => ({ ...columns, constLabels: sorted([...columns.constLabels, ...added]) }),
  });
}

/** A gatherer whose families carry a prefix. */
export function prefixed(prefix: string, gatherer: Gatherer): Gatherer {
  return {
    async gather(options: GatherOptions = {}): Promise<Snapshot> {
      const names = options.names && [...options.names].flatMap((name) => unprefixed(prefix, name));
      const snapshot = await gatherer.gather({ ...options, names });
      return {
        ...snapshot,
        families: snapshot.families.map((family) => ({ ...family, name: prefix + family.name })),
      };
    },
    collectorNames: () => gatherer.collectorNames?.() ?? [],
  };
}

interface Change {
  readonly desc: (desc: Desc) => Desc;
  readonly head: (head: FamilyHead) => FamilyHead;
  readonly columns: (columns: SeriesColumns) => SeriesColumns;
}

class WrappingRegisterer implements Registerer {
  readonly #registerer: Registerer | undefined;
  readonly #change: Change;

  constructor(registerer: Registerer | undefined, change: Change) {
    this.#registerer = registerer;
    this.#change = change;
  }

  register(collector: Collector): void {
    this.#registerer?.register(new WrappedCollector(collector, this.#change));
  }

  unregister(collector: Collector, options?: UnregisterOptions): boolean {
    return this.#registerer?.unregister(new WrappedCollector(collector, this.#change), options) ?? false;
  }
}

class WrappedCollector implements Collector {
  readonly [WRAPPED]: Collector;
  readonly #change: Change;
  // Weak: a collector may make new descriptors each time.
  readonly #descs = new WeakMap<Desc, Desc>();

  constructor(wrapped: Collector, change: Change) {
    this[WRAPPED] = wrapped;
    this.#change = change;
  }

  get drops(): Collector['drops'] {
    return this[WRAPPED].drops;
  }

  get collectorName(): string | undefined {
    return this[WRAPPED].collectorName;
  }

  *describe(): Generator<Desc> {
    for (const desc of this[WRAPPED].describe()) yield this.#changed(desc);
  }

  collect(out: FamilySink): void | Promise<void> {
    const { head, columns } = this.#change;
    // A descriptor that cannot be changed, as its label is there already, costs its own series.
    const changed = <R extends unknown[]>(write: (desc: Desc, ...rest: R) => void) => {
      return (desc: Desc, ...rest: R): void => {
        try {
          write(this.#changed(desc), ...rest);
        } catch (error) {
          out.error(error);
        }
      };
    };
    return this[WRAPPED].collect({
      signal: out.signal,
      time: out.time,
      counter: changed((...row) => out.counter(...row)),
      gauge: changed((...row) => out.gauge(...row)),
      unknown: changed((...row) => out.unknown(...row)),
      histogram: changed((...row) => out.histogram(...row)),
      gaugeHistogram: changed((...row) => out.gaugeHistogram(...row)),
      exponentialHistogram: changed((...row) => out.exponentialHistogram(...row)),
      summary: changed((...row) => out.summary(...row)),
      info: changed((...row) => out.info(...row)),
      stateSet: changed((...row) => out.stateSet(...row)),
      columns: (family, series) => out.columns(head(family), columns(series)),
      error: (cause) => out.error(cause),
    });
  }

  #changed(desc: Desc): Desc {
    const known = this.#descs.get(desc);
    if (known !== undefined) return known;
    const changed = this.#change.desc(desc);
    this.#descs.set(desc, changed);
    return changed;
  }
}

function checkedLabel(name: string, value: string): Label {
  checkLabelName(name, '*');
  if (typeof value === 'string' && labelValue(value) === value) return Object.freeze({ name, value });
  throw new MetricsError('LABEL_VALUE_INVALID', {
    message: `Cannot add constant label "${name}": its value is not a short Unicode string; use one`,
    details: { label: name },
  });
}

function unprefixed(prefix: string, name: string): string[] {
  return name.startsWith(prefix) ? [name.slice(prefix.length)] : [];
}

function sorted(labels: readonly Label[]): Label[] {
  return labels.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
