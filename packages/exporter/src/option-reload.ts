import { isDeepStrictEqual } from 'node:util';
import type { ConfigFile } from './config-file.ts';
import { shown } from './option-error.ts';
import type { OptionStore } from './option-store.ts';
import { findOption, optionTable } from './option-table.ts';
import type { SettingsStore, SettingsView } from './settings-store.ts';

/** What a file that is read again would change. */
export interface OptionReload {
  /** The settings of backends as they would be. */
  readonly settings: SettingsView;
  /** What differs from what runs, and stays as it is until a restart. */
  readonly pending: readonly PendingField[];
  /** Takes what can be changed at run time. */
  take(): void;
}

/** A field that needs a restart. */
export interface PendingField {
  readonly field: string;
  /** For the operator. */
  readonly message: string;
}

/** Has the source `file` say what a file says, and nothing else. */
export function useFile(store: OptionStore, file: ConfigFile | undefined): void {
  store.clear('file');
  for (const [name, value] of Object.entries(file?.options ?? {}))
    store.set(findOption(name)!, value, 'file', file!.where([name]));
}

/** Compares what runs with another version of its file; changes nothing. */
export function planReload(store: OptionStore, settings: SettingsStore, file: ConfigFile): OptionReload {
  const running = settings.file;
  const next = store.copy();
  useFile(next, file);
  const differs = optionTable.filter(
    (option) => !option.live && !isDeepStrictEqual(store.entry(option).value, next.entry(option).value),
  );
  const take = () => {
    for (const option of optionTable) if (!differs.includes(option)) store.adopt(option, 'file', next);
  };
  const options = differs.map(({ name }) => pending([name], running, file, file.options[name]));
  return {
    settings: settings.withFile(file),
    pending: [...options, ...pendingBackends(running, file)],
    take,
  };
}

function pendingBackends(running: ConfigFile | undefined, file: ConfigFile): PendingField[] {
  const before = running?.backends ?? {};
  const names = new Set([...Object.keys(before), ...Object.keys(file.backends)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(before[name], file.backends[name]))
    .map((name) => pending(['backends', name], running, file, file.backends[name]));
}

function pending(
  [name, ...inside]: readonly string[],
  running: ConfigFile | undefined,
  file: ConfigFile,
  value: unknown,
): PendingField {
  const field = [file.fieldOf(name) ?? running?.fieldOf(name) ?? name, ...inside].join('.');
  const now = value === undefined ? 'gone from' : `${shown(value)} in`;
  const message = `Cannot change field "${field}" at run time: it is ${now} ${file.where([name, ...inside])}; restart to use that`;
  return { field, message };
}
