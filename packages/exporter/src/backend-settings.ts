import { MetricsError } from '@oriel/metrics';
import type { Backend, SettingsIssue } from './backend.ts';
import { suggestion } from './nearest-name.ts';
import { shown } from './option-error.ts';
import type { SettingsView } from './settings-store.ts';

/**
 * Checks a backend's settings by its schema.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`; `OPTION_UNKNOWN` for settings of a backend that takes none.
 */
export function readSettings(backend: Backend, settings: SettingsView): unknown {
  const raw = settings.of(backend.name);
  if (backend.options === undefined) {
    const [first] = Object.keys(raw);
    if (first !== undefined) throw noSettings(backend.name, first, settings);
    return {};
  }
  const read = backend.options.safeParse(raw);
  if (read.success) return read.data;
  throw badSettings(backend.name, raw, read.error.issues, settings);
}

/** Refuses backends of one name and, in code, what is no backend at all. */
export function checkBackends(
  backends: readonly unknown[],
  isBackend: (value: unknown) => value is Backend,
): void {
  const names = new Set<string>();
  for (const backend of backends) {
    if (!isBackend(backend))
      throw notBackend(shown(backend), 'is no backend; use what defineBackend() returns');
    if (names.has(backend.name))
      throw notBackend(`"${backend.name}"`, 'is passed twice; pass each backend once');
    names.add(backend.name);
  }
}

/** Names with settings that no running backend reads. */
export function unusedSettings(settings: SettingsView, used: readonly string[]): string[] {
  return settings
    .names()
    .filter((name) => !used.includes(name))
    .map(
      (name) =>
        `Cannot use settings of backend "${name}": it is not among the exporters; ${suggestion(name, used)}`,
    );
}

function notBackend(what: string, fault: string): MetricsError {
  return new MetricsError('OPTION_INVALID', { message: `Cannot use backend ${what}: it ${fault}` });
}

function noSettings(name: string, setting: string, settings: SettingsView): MetricsError {
  return new MetricsError('OPTION_UNKNOWN', {
    message: `Cannot use setting "${setting}" of backend "${name}" from ${settings.where(name, [setting])}: this backend takes no settings; leave them out`,
    details: { backend: name, setting },
  });
}

function badSettings(
  name: string,
  raw: unknown,
  issues: readonly SettingsIssue[],
  settings: SettingsView,
): MetricsError {
  const [issue] = issues;
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    raw,
  );
  const what = path.length === 0 ? 'settings' : `setting "${path.map(String).join('.')}"`;
  // All settings together may hold a password too.
  const isShown = path.length > 0 && !path.some((key) => secretName.test(String(key)));
  const fault = isShown ? `it is ${shown(value)}; ` : '';
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use ${what} of backend "${name}" from ${settings.where(name, path)}: ${fault}${issue?.message ?? 'it is invalid'}`,
    details: { backend: name, issues },
  });
}

/** Settings whose values are not for logs. */
const secretName = /password|passphrase|token|secret|credential|authorization|headers|^key$|auth/i;
