import { MetricsError } from '@oriel/metrics';
import { isBackendName, valueWithoutSecrets } from './backend-target.ts';
import { type Environment, readEnvironment } from './option-environment.ts';
import { optionUnknown, shown } from './option-error.ts';
import { type OptionFile, readOptionFile } from './option-file.ts';
import {
  applyFlags,
  attachFlags,
  type FlagConfig,
  type FlagSet,
  flagConfig,
  flagHelp,
  parseFlags,
} from './option-flags.ts';
import { type OptionSource, OptionStore } from './option-store.ts';
import {
  findOption,
  type OptionName,
  type OptionValue,
  type OptionValues,
  optionTable,
} from './option-table.ts';

const optionNames = optionTable.map((row) => row.name);

/** Settings of backends by backend name. What they may hold is up to each backend. */
export type BackendSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One option as `describe()` shows it. */
export interface OptionDescription {
  readonly name: OptionName;
  readonly value: OptionValue;
  readonly source: OptionSource;
  /** Such as `flag --metrics-port` or `file "m.yaml", line 3, column 14`. */
  readonly where: string;
  readonly description: string;
  readonly default: OptionValue;
  /** What a value must be. */
  readonly wanted: string;
  readonly flag?: string;
  readonly variables: readonly string[];
}

/** What the exporter tells its options. */
export interface OptionsState {
  /** From then on setting an option is an error. */
  started: boolean;
  /** The port a server really listens on. */
  boundPort?: number | undefined;
}

/**
 * What an operator can choose, from code, a file, the environment and flags.
 *
 * One precedence, whatever the order of calls: code < file < environment < flags. Environment and file are
 * read by {@link Options.load}, which `init()` calls; until then the values are those of code and flags.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`, `OPTION_UNKNOWN`; from `load` also `CONFIG_UNREADABLE`.
 */
export class Options implements OptionValues {
  readonly #store = new OptionStore();
  readonly #env: Environment;
  #settings: BackendSettings = {};
  #file: OptionFile | undefined;
  readonly #state: OptionsState;

  constructor(
    values: Partial<OptionValues> = {},
    env: Environment = process.env,
    state: OptionsState = { started: false },
  ) {
    this.#env = env;
    this.#state = state;
    this.set(values);
  }

  get metricsEnabled(): boolean {
    return this.#store.value('metricsEnabled');
  }

  /** Once a server listens, the port it really has. */
  get metricsPort(): number {
    return this.#state.boundPort ?? this.#store.value('metricsPort');
  }

  get metricsListenAddress(): string {
    return this.#store.value('metricsListenAddress');
  }

  get metricsPath(): string {
    return this.#store.value('metricsPath');
  }

  get namespace(): string {
    return this.#store.value('namespace');
  }

  get exporters(): readonly string[] {
    return this.#store.value('exporters');
  }

  get configFile(): string {
    return this.#store.value('configFile');
  }

  get startTimeoutMs(): number {
    return this.#store.value('startTimeoutMs');
  }

  get shutdownTimeoutMs(): number {
    return this.#store.value('shutdownTimeoutMs');
  }

  get logLevel(): OptionValues['logLevel'] {
    return this.#store.value('logLevel');
  }

  /** Sets options from code: all of them, or on an error none. */
  set(values: Partial<OptionValues>): void {
    this.#refuseLate();
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    this.#store.together((store) => {
      for (const [name, value] of given) {
        const option = findOption(name);
        if (option === undefined) throw optionUnknown(name, optionNames);
        store.set(option, value, 'code', 'code');
      }
    });
  }

  /** Sets settings of backends from code; the file's win, setting by setting. */
  setBackendSettings(settings: BackendSettings): void {
    this.#refuseLate();
    for (const [name, value] of Object.entries(settings)) checkSettings(name, value);
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Offers the flags to any parser through two callbacks, one for text and one for boolean flags. */
  attachFlags(flags: FlagSet): void {
    attachFlags(flags, this.#store, () => this.#refuseLate());
  }

  /**
   * Configuration for `util.parseArgs` that knows the metrics flags.
   *
   * @example
   * const config = options.flagConfig(process.argv.slice(2));
   * const { values } = parseArgs({ ...config, options: { ...config.options, verbose: { type: 'boolean' } } });
   * options.applyFlags(values);
   */
  flagConfig(argv: readonly string[] = process.argv.slice(2)): FlagConfig {
    return flagConfig(argv);
  }

  /** Takes the metrics flags out of what `util.parseArgs` returned and leaves the others alone. */
  applyFlags(values: Readonly<Record<string, unknown>>): void {
    this.#refuseLate();
    this.#store.together((store) => applyFlags(values, store));
  }

  /** Reads a command line that holds nothing but metrics flags; everything else is refused. */
  parse(argv: readonly string[] = process.argv.slice(2)): void {
    this.#refuseLate();
    this.#store.together((store) => parseFlags(argv, store));
  }

  /** The metrics flags as text for `--help`. */
  help(): string {
    return flagHelp();
  }

  /** Reads the environment and the configuration file; a second call reads them anew. */
  async load(): Promise<void> {
    this.#store.together((store) => readEnvironment(this.#env, store));
    const path = this.configFile;
    this.#file = path === '' ? undefined : await readOptionFile(path);
    this.#store.clear('file');
    for (const [name, value] of Object.entries(this.#file?.values ?? {})) {
      this.#store.set(findOption(name)!, value, 'file', this.#file!.locate([name]));
    }
  }

  /** What was set for a backend, from code and file. */
  settingsOf(backend: string): Readonly<Record<string, unknown>> {
    return { ...own(this.#settings, backend), ...own(this.#file?.backends, backend) };
  }

  /** Names of the backends that have settings. */
  backendsWithSettings(): readonly string[] {
    return [...new Set([...Object.keys(this.#settings), ...Object.keys(this.#file?.backends ?? {})])];
  }

  /** Where a setting of a backend stands. */
  whereIsSetting(backend: string, path: readonly PropertyKey[]): string {
    const inFile = path.length === 0 || path[0] in (own(this.#file?.backends, backend) ?? {});
    return this.#file !== undefined && inFile ? this.#file.locate(['backends', backend, ...path]) : 'code';
  }

  /** Every option with its value, where that came from, and its documentation. Passwords in URLs are hidden. */
  describe(): readonly OptionDescription[] {
    return optionTable.map((option) => {
      const { name, description, default: fallback, wanted, flag, variables } = option;
      const { value, source, where } = this.#store.entry(option);
      return {
        name,
        value: valueWithoutSecrets(value),
        source,
        where,
        description,
        default: fallback,
        wanted,
        flag,
        variables,
      };
    });
  }

  #refuseLate(): void {
    if (!this.#state.started) return;
    throw new MetricsError('OPTION_INVALID', {
      message: 'Cannot set options: the exporter has started; set them before init()',
    });
  }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function checkSettings(backend: string, settings: unknown): void {
  if (isBackendName(backend) && typeof settings === 'object' && settings !== null && !Array.isArray(settings))
    return;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use settings of backend ${shown(backend)} from code: they are ${shown(settings)}; use an object of settings under a backend name`,
    details: { backend },
  });
}
