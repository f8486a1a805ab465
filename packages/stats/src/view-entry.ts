import type { ExponentialOptions } from '@oriel/metrics';
import { type Aggregation, hasBounds } from './aggregation.ts';
import type { ConfigPath, ConfigReport } from './config-report.ts';
import { fieldsOf, itemsOf, listed, textOf } from './config-values.ts';
import { parseDuration } from './duration.ts';
import { type ExponentialValues, readExponential } from './exponential-entry.ts';
import { NamePattern } from './name-pattern.ts';
import { isTagName } from './tag-key.ts';
import { readBounds, readScale, type WrittenBounds } from './written-bounds.ts';

/** One entry of the field `views`, as it is written. Fields left out change nothing. */
export interface ViewEntryValues {
  /** A view's name, in which `*` stands for any characters. */
  readonly name: string;
  /** Makes a new view of this measure. */
  readonly measure?: string;
  readonly drop?: boolean;
  readonly tags?: readonly string[];
  readonly aggregation?: Aggregation['kind'];
  readonly bounds?: readonly number[];
  /** Of exponential buckets; what is left out has its default. */
  readonly exponential?: ExponentialValues;
  /** Of the bounds, such as `ms`, `s`, `By` or a Go duration. Default: the measure's. */
  readonly unit?: string;
  readonly seriesLimit?: number;
  /** A Go duration such as `10m`; `0` for never. */
  readonly expiry?: string | 0;
}

/** One entry of the field `views`, read. */
export interface ViewEntry {
  readonly path: ConfigPath;
  readonly name: NamePattern;
  readonly measure?: string;
  readonly drop?: boolean;
  readonly tags?: readonly string[];
  readonly kind?: Aggregation['kind'];
  readonly bounds?: WrittenBounds;
  readonly exponential?: ExponentialOptions;
  readonly seriesLimit?: number;
  readonly expiryMs?: number;
}

const known = [
  'name',
  'measure',
  'drop',
  'tags',
  'aggregation',
  'bounds',
  'exponential',
  'unit',
  'seriesLimit',
  'expiry',
] as const;
const kinds = ['count', 'sum', 'lastValue', 'distribution', 'exponential'] as const;

/** Reads the field `views`. */
export function readViewEntries(value: unknown, report: ConfigReport): ViewEntry[] {
  const items = itemsOf(value, 'a list of entries, each with a name', ['views'], report);
  return items.flatMap((item, i) => readEntry(item, ['views', i], report) ?? []);
}

function readEntry(item: unknown, path: ConfigPath, report: ConfigReport): ViewEntry | undefined {
  const fields = fieldsOf(item, known, path, report);
  if (fields.size === 0) return undefined;
  const field = <T>(
    name: (typeof known)[number],
    read: (value: unknown, path: ConfigPath) => T,
  ): T | undefined => {
    const value = fields.get(name);
    return value === undefined ? undefined : read(value, [...path, name]);
  };
  const text = (wanted: string) => (value: unknown, at: ConfigPath) => textOf(value, wanted, at, report);
  if (!fields.has('name')) report.issue(path, 'add "name", the name of a view');
  const name = field('name', text('the name of a view, in which "*" stands for any characters'));
  const scale = field('unit', (value, at) => readScale(value, at, report));
  const bounds = field('bounds', (value, at) => readBounds(value, at, report));
  const entry: ViewEntry = {
    path,
    name: new NamePattern(name ?? ''),
    measure: field('measure', text('the name of a measure')),
    drop: field('drop', (value, at) => readFlag(value, at, report)),
    tags: field('tags', (value, at) => readTags(value, at, report)),
    kind: field('aggregation', (value, at) => readKind(value, at, report)),
    bounds: bounds && { path: [...path, 'bounds'], bounds, scale },
    exponential: field('exponential', (value, at) => readExponential(value, at, report)),
    seriesLimit: field('seriesLimit', (value, at) => readLimit(value, at, report)),
    expiryMs: field('expiry', (value, at) => readExpiry(value, at, report)),
  };
  checkTogether(entry, fields, report);
  return entry;
}

// What is right alone and wrong together.
function checkTogether(entry: ViewEntry, fields: ReadonlyMap<string, unknown>, report: ConfigReport): void {
  const { path, name, kind } = entry;
  const boundsGiven = fields.has('bounds');
  if (fields.has('unit') && !boundsGiven)
    report.issue([...path, 'unit'], 'it is the unit of bounds; add bounds');
  if (boundsGiven && kind !== undefined && !hasBounds(kind)) {
    report.issue([...path, 'bounds'], `only a distribution has bounds, not "${kind}"; leave them out`);
  }
  const optionsGiven = fields.has('exponential');
  if (optionsGiven && kind !== undefined && kind !== 'exponential') {
    const cure = `they are options of exponential buckets, not of "${kind}"; leave them out`;
    report.issue([...path, 'exponential'], cure);
  }
  if (!fields.has('measure')) return;
  if (!name.exact) report.issue([...path, 'name'], 'a new view needs one name; write it without "*"');
  if (fields.has('aggregation') || boundsGiven || optionsGiven || entry.drop === true) return;
  report.issue(path, `a new view needs an aggregation; add "aggregation" with ${listed(kinds)}`);
}

function readFlag(value: unknown, path: ConfigPath, report: ConfigReport): boolean | undefined {
  return typeof value === 'boolean' ? value : report.issue(path, 'use true or false');
}

function readTags(value: unknown, path: ConfigPath, report: ConfigReport): readonly string[] {
  const items = itemsOf(value, 'a list of names of tags', path, report);
  return items.filter((item, i): item is string => {
    if (!isTagName(item)) report.issue([...path, i], 'use 1 to 255 printable ASCII characters');
    else if (items.indexOf(item) < i) report.issue([...path, i], 'it stands twice; name each tag once');
    else if (item.startsWith('__'))
      report.issue([...path, i], 'names with "__" before them are reserved; use another');
    else return true;
    return false;
  });
}

function readKind(value: unknown, path: ConfigPath, report: ConfigReport): Aggregation['kind'] | undefined {
  return kinds.find((kind) => kind === value) ?? report.issue(path, `use ${listed(kinds)}`);
}

function readLimit(value: unknown, path: ConfigPath, report: ConfigReport): number | undefined {
  const fits = value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1);
  return fits ? (value as number) : report.issue(path, 'use a whole number of at least 1');
}

function readExpiry(value: unknown, path: ConfigPath, report: ConfigReport): number | undefined {
  const duration = value === 0 ? 0 : typeof value === 'string' ? parseDuration(value) : undefined;
  if (duration === undefined)
    return report.issue(path, 'use a duration such as "10m" or "1h30m", or 0 for never');
  return duration === 0 ? Number.POSITIVE_INFINITY : duration / 1e6;
}
