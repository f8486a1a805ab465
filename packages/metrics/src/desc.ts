import { MetricsError } from './error.ts';
import { labelValue } from './label-value.ts';
import { checkLabelName, checkMetricName, quote } from './names.ts';

/** What a family holds. `unknown` is the untyped metric of text 0.0.4. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gauge_histogram'
  | 'exponential_histogram'
  | 'summary'
  | 'info'
  | 'state_set'
  | 'unknown';

export interface Label {
  readonly name: string;
  readonly value: string;
}

export interface DescOptions {
  /** Full name, see `buildFQName`. Any Unicode; exporters escape what their format cannot carry. */
  readonly name: string;
  readonly type: MetricType;
  /** Default: empty. */
  readonly help?: string;
  /** UCUM code or word, such as `ms`, `By` or `seconds`. Default: empty. */
  readonly unit?: string;
  /** Labels that differ from series to series. Default: none. */
  readonly labelNames?: readonly string[];
  /** Labels that are the same on every series. Default: none. */
  readonly constLabels?: Readonly<Record<string, string>>;
}

const types: ReadonlySet<unknown> = new Set<MetricType>([
  'counter',
  'gauge',
  'histogram',
  'gauge_histogram',
  'exponential_histogram',
  'summary',
  'info',
  'state_set',
  'unknown',
]);

/** Whether a value is a {@link MetricType}. */
export function isMetricType(type: unknown): type is MetricType {
  return types.has(type);
}

/** The label that a family writes by itself and that therefore nobody else can use. */
export function ownLabelOf(name: string, type: MetricType): string | undefined {
  if (type === 'state_set') return name;
  if (type === 'summary') return 'quantile';
  return type.endsWith('histogram') ? 'le' : undefined;
}

/**
 * Describes one family of a collector: name, type, help, unit and labels, checked and frozen.
 *
 * Errors: {@link MetricsError} `NAME_INVALID`, `LABEL_NAME_INVALID`, `LABEL_NAME_DUPLICATE`,
 * `LABEL_VALUE_INVALID`, and `ARGUMENT_INVALID` for an option of the wrong type.
 */
export class Desc {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
  /** In the order they were defined. */
  readonly labelNames: readonly string[];
  /** Sorted by name. */
  readonly constLabels: readonly Label[];

  constructor(options: DescOptions) {
    checkMetricName(options.name);
    checkOptionTypes(options);
    this.name = options.name;
    this.type = options.type;
    this.help = (options.help ?? '').toWellFormed();
    this.unit = (options.unit ?? '').toWellFormed();
    this.labelNames = Object.freeze([...(options.labelNames ?? [])]);
    this.constLabels = checkedConstLabels(options);
    checkLabelNames(this);
    Object.freeze(this);
  }

  /** What makes a descriptor unique in a registry: its name and constant label values. */
  get id(): string {
    return JSON.stringify([this.name, ...this.constLabels.map((label) => label.value)]);
  }

  /** What all descriptors of one name must share. */
  get dimensions(): string {
    const names = this.constLabels.map((label) => label.name);
    return JSON.stringify([this.help, this.unit, this.type, names, this.labelNames.toSorted()]);
  }

  /** A copy under another name or with more constant labels, checked anew. */
  with(change: { readonly name?: string; readonly constLabels?: readonly Label[] }): Desc {
    const labels = [...this.constLabels, ...(change.constLabels ?? [])];
    checkUnique(
      labels.map((label) => label.name),
      this.name,
    );
    return new Desc({
      name: change.name ?? this.name,
      type: this.type,
      help: this.help,
      unit: this.unit,
      labelNames: this.labelNames,
      constLabels: Object.fromEntries(labels.map((label) => [label.name, label.value])),
    });
  }
}

function checkedConstLabels({ name: owner, constLabels = {} }: DescOptions): readonly Label[] {
  const labels = Object.entries(constLabels).map(([name, raw]) => {
    checkLabelName(name, owner);
    const value = typeof raw === 'string' ? labelValue(raw) : undefined;
    if (value === raw) return Object.freeze({ name, value });
    throw new MetricsError('LABEL_VALUE_INVALID', {
      message: `Cannot define metric "${owner}": constant label "${name}" is ${typeof raw === 'string' ? 'too long or not valid Unicode' : `a value of type ${typeof raw}`}; use a short Unicode string`,
      details: { metric: owner, label: name },
    });
  });
  // An empty value is the same as no label.
  return Object.freeze(labels.filter((label) => label.value !== '').sort(byName));
}

function checkOptionTypes({
  name,
  type,
  help = '',
  unit = '',
  labelNames = [],
  constLabels = {},
}: DescOptions): void {
  const wrong = (option: string, value: unknown, cure: string): MetricsError =>
    new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot define metric "${name}": ${option} is ${quote(value)}; use ${cure}`,
      details: { metric: name, option },
    });
  if (!isMetricType(type)) throw wrong('type', type, 'one of the metric types');
  if (typeof help !== 'string') throw wrong('help', help, 'a string');
  if (typeof unit !== 'string') throw wrong('unit', unit, 'a string');
  if (!Array.isArray(labelNames)) throw wrong('labelNames', labelNames, 'an array of names');
  if (typeof constLabels !== 'object' || constLabels === null)
    throw wrong('constLabels', constLabels, 'an object of strings');
}

function byName(a: Label, b: Label): number {
  return a.name < b.name ? -1 : 1;
}

function checkLabelNames(desc: Desc): void {
  const names = [...desc.constLabels.map((label) => label.name), ...desc.labelNames];
  for (const name of names) {
    checkLabelName(name, desc.name);
    if (name !== ownLabelOf(desc.name, desc.type)) continue;
    throw new MetricsError('LABEL_NAME_INVALID', {
      message: `Cannot define ${desc.type} "${desc.name}": it writes label "${name}" itself; use another name`,
      details: { metric: desc.name, label: name },
    });
  }
  checkUnique(names, desc.name);
}

function checkUnique(names: readonly string[], owner: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (!seen.has(name)) {
      seen.add(name);
      continue;
    }
    throw new MetricsError('LABEL_NAME_DUPLICATE', {
      message: `Cannot define metric "${owner}": label "${name}" stands twice; name each label once`,
      details: { metric: owner, label: name },
    });
  }
}
