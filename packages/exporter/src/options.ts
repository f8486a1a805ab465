import { MetricsError } from '@oriel/metrics';
import { valueWithoutSecrets } from './backend-target.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { fileFields, fileHelp } from './config-schema.ts';
import type { ConfigField, Configurable } from './configurable.ts';
import { type Environment, readEnvironment } from './option-environment.ts';
import { optionUnknown } from './option-error.ts';
import {
  applyFlags,
  attachFlags,
  type FlagConfig,
  type FlagSet,
  flagConfig,
  flagHelp,
  parseFlags,
} from './option-flags.ts';
import { type OptionReload, planReload, useFile } from './option-reload.ts';
import { type OptionSource, OptionStore } from './option-store.ts';
import {
  findOption,
  type OptionName,
  type OptionValue,
  type OptionValues,
  optionTable,
} from './option-table.ts';
import { type BackendSettings, SettingsStore, type SettingsView } from './settings-store.ts';

const optionNames = optionTable.map((row) => row.name);

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

/** What an exporter and its options tell each other. */
export interface OptionsState {
  /** From then on setting an option is an error. */
  started: boolean;
  /** The port a server really listens on. */
  boundPort?: number | undefined;
  /** The parts that take fields of the file. Default: none. */
  readonly configurables?: readonly Configurable[];
  /** The file that was loaded. */
  file?: ConfigFile | undefined;
  /** What another version of the file would change; set by the options. */
  planReload?(file: ConfigFile): OptionReload;
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
  readonly #settings = new SettingsStore();
  readonly #store = new OptionStore();
  readonly #env: Environment;
  readonly #state: OptionsState;

  constructor(
    values: Partial<OptionValues> = {},
    env: Environment = process.env,
    state: OptionsState = { started: false },
  ) {
    this.#env = env;
    this.#state = state;
    state.planReload = (file) => planReload(this.#store, this.#settings, file);
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

  get exemplars(): boolean {
    return this.#store.value('exemplars');
  }

  get configFile(): string {
    return this.#store.value('configFile');
  }

  get configReload(): OptionValues['configReload'] {
    return this.#store.value('configReload');
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
    this.#settings.set(settings);
  }

  /** Offers the flags to any parser through two callbacks, one for text and one for boolean flags. */
  attachFlags(flags: FlagSet): void {
    attachFlags(flags, this.#store, () => this.#refuseLate());
  }

  /**
   * Configuration for `util.parseArgs` that knows the metrics flags.
   *
   * @example
   * import { parseArgs } from 'node:util';
   * const options = newExporter('dapr').options();
   * const config = options.flagConfig(['--verbose', '--metrics-port=9464']);
   * const { values } = parseArgs({ ...config, options: { ...config.options, verbose: { type: 'boolean' } } });
   * options.applyFlags(values);
   * assert.equal(options.metricsPort, 9464);
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

  /** The metrics flags as text for `--help`, and the fields that parts of the program take from the file. */
  help(): string {
    return flagHelp() + fileHelp(this.#parts);
  }

  /** Reads the environment and the configuration file; a second call reads them anew. */
  async load(): Promise<void> {
    this.#store.together((store) => readEnvironment(this.#env, store));
    const path = this.configFile;
    const file = path === '' ? undefined : await readConfigFile(path, this.#parts);
    this.#settings.useFile(file);
    useFile(this.#store, file);
    this.#state.file = file;
  }

  /** What was set for backends, by code and file. */
  get settings(): SettingsView {
    return this.#settings;
  }

  /** Every field that the file may have: options, `enabled`, `backends`, and those of the program's parts. */
  fileFields(): readonly ConfigField[] {
    return fileFields(this.#parts);
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

  get #parts(): readonly Configurable[] {
    return this.#state.configurables ?? [];
  }

  #refuseLate(): void {
    if (!this.#state.started) return;
    throw new MetricsError('OPTION_INVALID', {
      message: 'Cannot set options: the exporter has started; set them before init()',
    });
  }
}
