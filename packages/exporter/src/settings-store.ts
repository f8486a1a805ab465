import { MetricsError } from '@oriel/metrics';
import { isBackendName } from './backend-target.ts';
import type { ConfigFile } from './config-file.ts';
import { shown } from './option-error.ts';

/** Settings of backends by backend name. What they may hold is up to each backend. */
export type BackendSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What was set for backends, to be read. */
export type SettingsView = Pick<SettingsStore, 'of' | 'names' | 'where'>;

/** Keeps what code and file say about each backend; the file wins, setting by setting. */
export class SettingsStore {
  #code: BackendSettings = {};
  #file: ConfigFile | undefined;

  /** Takes settings from code. Errors: {@link MetricsError} `OPTION_INVALID`. */
  set(settings: BackendSettings): void {
    for (const [name, value] of Object.entries(settings)) checkSettings(name, value);
    this.#code = { ...this.#code, ...settings };
  }

  /** Takes the settings of a file in place of those of the file before. */
  useFile(file: ConfigFile | undefined): void {
    this.#file = file;
  }

  /** The file in use. */
  get file(): ConfigFile | undefined {
    return this.#file;
  }

  /** The settings as they would be with another file. */
  withFile(file: ConfigFile): SettingsView {
    const other = new SettingsStore();
    other.#code = this.#code;
    other.#file = file;
    return other;
  }

  /** What was set for a backend, not yet checked by it. */
  of(backend: string): Readonly<Record<string, unknown>> {
    return { ...own(this.#code, backend), ...own(this.#file?.backends, backend) };
  }

  /** Names of the backends that have settings. */
  names(): readonly string[] {
    return [...new Set([...Object.keys(this.#code), ...Object.keys(this.#file?.backends ?? {})])];
  }

  /** Where a setting stands, such as `file "m.yaml", line 3, column 14`, or `code`. */
  where(backend: string, path: readonly PropertyKey[]): string {
    const inFile = own(this.#file?.backends, backend);
    if (this.#file === undefined || inFile === undefined) return 'code';
    const stands = path.length === 0 || Object.hasOwn(inFile, path[0]);
    return stands ? this.#file.where(['backends', backend, ...path]) : 'code';
  }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function checkSettings(backend: string, settings: unknown): void {
  const isObject = typeof settings === 'object' && settings !== null && !Array.isArray(settings);
  if (isBackendName(backend) && isObject) return;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use settings of backend ${shown(backend)} from code: they are ${shown(settings)}; use an object of settings under a backend name`,
    details: { backend },
  });
}
