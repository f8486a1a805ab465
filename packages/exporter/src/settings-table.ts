import { MetricsError } from '@oriel/metrics';
import type { SettingsIssue, SettingsSchema } from './backend.ts';
import { withoutSecrets } from './backend-target.ts';
import { suggestion } from './nearest-name.ts';
import { shown } from './option-error.ts';
import type { Setting } from './setting-kinds.ts';

/** A setting as a README shows it. */
export interface SettingDescription {
  readonly name: string;
  readonly default: string;
  readonly wanted: string;
  readonly description: string;
}

/** The settings of a backend, one definition each: checked, filled in, read from URLs and documented from it. */
export interface SettingsTable<S> extends SettingsSchema<S> {
  /** In the order they were defined. */
  describe(): readonly SettingDescription[];
  /**
   * Settings with those on top that stand in the query of a backend's URL.
   *
   * Errors: {@link MetricsError} `OPTION_INVALID`.
   */
  withUrl(settings: S, url: URL | undefined): S;
}

/**
 * Makes the schema of a backend's settings from a table with a row for each.
 *
 * @example
 * interface LineSettings { readonly intervalMs: number }
 * const lineSettings = settingsTable<LineSettings>({
 *   intervalMs: integerSetting({ default: 60_000, least: 1, most: 86_400_000, description: 'Milliseconds between two lines' }),
 * });
 * assert.equal(lineSettings.withUrl({ intervalMs: 5 }, new URL('lines://host?intervalMs=7')).intervalMs, 7);
 */
export function settingsTable<S extends object>(
  rows: {
    readonly [K in keyof S]-?: Setting<S[K]>;
  },
): SettingsTable<S> {
  const table = new Map(Object.entries<Setting<unknown>>(rows));
  const safeParse = (input: unknown): ReturnType<SettingsSchema<S>['safeParse']> => {
    const given = new Map(Object.entries(input ?? {}).filter(([, value]) => value !== undefined));
    const issues = [...given].flatMap(([name, value]) => issueOf(table, name, value));
    if (issues.length > 0) return { success: false, error: { issues } };
    const data = [...table].map(([name, row]) => [name, given.has(name) ? given.get(name) : row.default]);
    return { success: true, data: Object.fromEntries(data) };
  };
  const describe = (): SettingDescription[] => [...table].map(([name, row]) => described(name, row));
  const withUrl = (settings: S, url: URL | undefined): S => {
    if (url === undefined || url.search === '') return settings;
    const read = safeParse({ ...settings, ...fromQuery(table, url) });
    if (read.success) return read.data;
    throw badQuery(url, read.error.issues[0]);
  };
  return Object.freeze({ safeParse, describe, withUrl });
}

type Rows = ReadonlyMap<string, Setting<unknown>>;

function issueOf(table: Rows, name: string, value: unknown): SettingsIssue[] {
  const row = table.get(name);
  if (row === undefined) {
    const message = `the backend has no such setting; ${suggestion(name, [...table.keys()])}`;
    return [{ path: [name], message }];
  }
  return row.accepts(value) ? [] : [{ path: [name], message: `use ${row.wanted}` }];
}

function described(name: string, row: Setting<unknown>): SettingDescription {
  const { default: value, shownDefault, wanted, description } = row;
  const plain = value === '' ? 'empty' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return Object.freeze({ name, default: shownDefault ?? plain, wanted, description });
}

function fromQuery(table: Rows, url: URL): Record<string, unknown> {
  const given = [...url.searchParams].map(([name, text]) => {
    const row = table.get(name);
    if (row === undefined) return [name, text];
    if (row.fromText === undefined)
      throw badQuery(url, { path: [name], message: 'set it in code or in the file, not in a URL' });
    return [name, row.fromText(text)];
  });
  return Object.fromEntries(given);
}

function badQuery(url: URL, issue: SettingsIssue): MetricsError {
  const name = String(issue.path[0]);
  const where = withoutSecrets(`${url.protocol}//${url.host}${url.pathname}`);
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use setting "${name}" from URL "${where}": it is ${shown(url.searchParams.get(name))}; ${issue.message}`,
    details: { setting: name },
  });
}
