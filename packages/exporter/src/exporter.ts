import { defaultRegistry, MetricsError } from '@oriel/metrics';
import { type Backend, type ExporterRegistry, isBackend } from './backend.ts';
import { backendFinder } from './backend-finder.ts';
import type { BackendStatus } from './backend-runner.ts';
import { BackendSet } from './backend-set.ts';
import { checkBackends } from './backend-settings.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Logger, pinoLogger } from './logger.ts';
import type { Environment } from './option-environment.ts';
import { optionUnknown, shown } from './option-error.ts';
import { type OptionValues, optionTable } from './option-table.ts';
import { Options, type OptionsState } from './options.ts';
import type { BackendSettings } from './settings-store.ts';

/** Carries a registry to the backends an operator chose. */
export interface Exporter extends AsyncDisposable {
  /**
   * Reads the options, then starts every backend; a second call returns the same promise.
   *
   * Errors: {@link MetricsError} for a wrong option, flag, variable, file, backend or setting, with nothing
   * started; `EXPORTER_STOPPED` after `shutdown`; what a backend failed with if `onStartError` is `throw`.
   */
  init(): Promise<void>;
  options(): Options;
  /** Has every backend send what is there now. Never rejects: failures are logged and counted. */
  forceFlush(): Promise<void>;
  /** Stops every backend, each within `shutdownTimeoutMs`. Never rejects; a second call is the first. */
  shutdown(): Promise<void>;
  /** How each backend does; empty before `init`, and when metrics are disabled. */
  backends(): readonly BackendStatus[];
  /** What is exported. The default registry, if none was given, is made on the first read. */
  readonly registry: ExporterRegistry;
}

/** What code chooses: any option, the weakest of all sources, and what only code can give. */
export interface ExporterConfig extends Partial<Omit<OptionValues, 'namespace'>> {
  /** Default: the default registry of `@oriel/metrics`. */
  readonly registry?: ExporterRegistry;
  /** Default: pino at the level of the option `logLevel`. */
  readonly logger?: Logger;
  /** Plug-ins to choose from by name. Others are looked for among the installed packages. */
  readonly backends?: readonly Backend[];
  readonly backendSettings?: BackendSettings;
  /** Whether `init` rejects when a backend cannot start. Default: `log`. */
  readonly onStartError?: 'log' | 'throw';
  /** Default: `process.env`. */
  readonly env?: Environment;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

const onlyCode = [
  'registry',
  'logger',
  'backends',
  'backendSettings',
  'onStartError',
  'env',
  'clock',
] as const;

/**
 * Makes an exporter for what a program or library records under a namespace. Nothing starts before `init()`.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`, `OPTION_UNKNOWN`.
 *
 * @example
 * const exporter = newExporter('dapr', { metricsPort: 0 });
 * exporter.options().parse();
 * await exporter.init();
 * await exporter.shutdown();
 */
export function newExporter(namespace: string, config: ExporterConfig = {}): Exporter {
  return new OwnExporter(namespace, config);
}

class OwnExporter implements Exporter {
  readonly #config: ExporterConfig;
  readonly #state: OptionsState = { started: false };
  readonly #options: Options;
  #registry: ExporterRegistry | undefined;
  #backends: BackendSet | undefined;
  #init: Promise<void> | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(namespace: string, config: ExporterConfig) {
    const {
      registry,
      logger,
      backends = [],
      backendSettings = {},
      onStartError = 'log',
      env,
      clock,
      ...values
    } = config;
    checkKeys(config);
    checkOnStartError(onStartError);
    checkBackends(backends, isBackend);
    this.#config = { logger, backends, onStartError, env, clock };
    this.#registry = registry;
    this.#options = new Options({ ...values, namespace }, env, this.#state);
    this.#options.setBackendSettings(backendSettings);
  }

  get registry(): ExporterRegistry {
    this.#registry ??= defaultRegistry();
    return this.#registry;
  }

  options(): Options {
    return this.#options;
  }

  backends(): readonly BackendStatus[] {
    return this.#backends?.statuses() ?? [];
  }

  init(): Promise<void> {
    if (this.#shutdown !== undefined) return Promise.reject(stoppedError(this.#options.namespace));
    this.#init ??= this.#start();
    return this.#init;
  }

  async forceFlush(): Promise<void> {
    await this.#init?.catch(() => undefined);
    if (this.#shutdown === undefined) await this.#backends?.flush();
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop();
    return this.#shutdown;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #start(): Promise<void> {
    this.#state.started = true;
    await this.#options.load();
    if (!this.#options.metricsEnabled) return;
    const { backends = [], logger, env = process.env, clock = systemClock, onStartError } = this.#config;
    this.#backends = await BackendSet.create({
      options: this.#options,
      find: backendFinder(backends),
      logger: logger ?? (await pinoLogger(this.#options.logLevel)),
      registry: this.registry,
      env,
      clock,
      onListening: (bound) => {
        this.#state.boundPort = bound.port;
      },
    });
    const failure = await this.#backends.start();
    if (failure === undefined || onStartError === 'log') return;
    await this.#stopBackends();
    throw failure;
  }

  async #stop(): Promise<void> {
    // A failed init was told to whoever called it.
    await this.#init?.catch(() => undefined);
    await this.#stopBackends();
  }

  async #stopBackends(): Promise<void> {
    await this.#backends?.stop();
    this.#state.boundPort = undefined;
  }
}

function checkKeys(config: object): void {
  const known = [...optionTable.map((row) => row.name as string), ...onlyCode];
  const wrong = Object.keys(config).find((key) => !known.includes(key));
  if (wrong !== undefined) throw optionUnknown(wrong, known);
}

function checkOnStartError(value: unknown): void {
  if (value === 'log' || value === 'throw') return;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use option "onStartError" from code: it is ${shown(value)}; use "log" or "throw"`,
    details: { option: 'onStartError', value },
  });
}

function stoppedError(namespace: string): MetricsError {
  return new MetricsError('EXPORTER_STOPPED', {
    message: `Cannot start exporter ${shown(namespace)}: it was shut down; make a new one with newExporter()`,
  });
}
