import { defaultRegistry, MetricsError } from '@oriel/metrics';
import type { ExporterRegistry } from './backend.ts';
import { backendFinder } from './backend-finder.ts';
import type { BackendStatus } from './backend-runner.ts';
import { BackendSet } from './backend-set.ts';
import { systemClock } from './clock.ts';
import { checkConfig, type ExporterConfig } from './exporter-config.ts';
import { type LevelledLogger, type Logger, pinoLogger } from './logger.ts';
import { shown } from './option-error.ts';
import { Options, type OptionsState } from './options.ts';
import { idleReload, type ReloadOutcome, RunningConfig } from './running-config.ts';
import { keepSpans } from './span-exemplars.ts';

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
  /**
   * Reads the configuration file again, as a change of it or SIGHUP does: all of it is used, or nothing.
   * Never rejects: what is wrong is logged, counted and in the outcome. Calls meanwhile share one reload.
   */
  reload(): Promise<ReloadOutcome>;
  /** Stops every backend, each within `shutdownTimeoutMs`. Never rejects; a second call is the first. */
  shutdown(): Promise<void>;
  /** How each backend does; empty before `init`, and when metrics are disabled. */
  backends(): readonly BackendStatus[];
  /** What is exported. The default registry, if none was given, is made on the first read. */
  readonly registry: ExporterRegistry;
}

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
  readonly #state: OptionsState;
  readonly #options: Options;
  #registry: ExporterRegistry | undefined;
  #running: RunningConfig | undefined;
  #backends: BackendSet | undefined;
  #dropSpans = (): void => {};
  #init: Promise<void> | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(namespace: string, config: ExporterConfig) {
    const {
      registry,
      logger,
      backends = [],
      backendSettings = {},
      configurables = [],
      onStartError = 'log',
      env,
      clock,
      ...values
    } = config;
    checkConfig(config);
    this.#state = { started: false, configurables: [...configurables] };
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

  async reload(): Promise<ReloadOutcome> {
    await this.#init?.catch(() => undefined);
    return this.#running?.reload() ?? idleReload;
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
    const logger = this.#config.logger ?? (await pinoLogger(this.#options.logLevel));
    this.#running = this.#runningConfig(logger);
    const set = await this.#backendSet(logger, this.#running);
    this.#backends = set;
    if (this.#options.exemplars) this.#dropSpans = await keepSpans(this.registry, logger);
    this.#running.start((settings) => set.checkSettings(settings));
    const failure = await set.start();
    if (failure === undefined || this.#config.onStartError === 'log') return;
    await this.#stopAll();
    throw failure;
  }

  #runningConfig(logger: Logger | LevelledLogger): RunningConfig {
    const options = this.#options;
    const state = this.#state;
    const { clock = systemClock } = this.#config;
    const onTaken = () => {
      // A program's own logger keeps the level it was given.
      if (this.#config.logger === undefined && 'level' in logger) logger.level = options.logLevel;
    };
    return new RunningConfig({ options, state, registry: this.registry, logger, clock, onTaken });
  }

  #backendSet(logger: Logger, running: RunningConfig): Promise<BackendSet> {
    const { backends = [], env = process.env, clock = systemClock } = this.#config;
    return BackendSet.create({
      options: this.#options,
      find: backendFinder(backends),
      logger,
      registry: this.registry,
      exposed: running.registry,
      labelled: (gatherer) => running.labelled(gatherer),
      env,
      clock,
      onListening: (bound) => {
        this.#state.boundPort = bound.port;
      },
    });
  }

  async #stop(): Promise<void> {
    // A failed init was told to whoever called it.
    await this.#init?.catch(() => undefined);
    await this.#stopAll();
  }

  async #stopAll(): Promise<void> {
    await this.#running?.stop();
    await this.#backends?.stop();
    this.#dropSpans();
    this.#state.boundPort = undefined;
  }
}

function stoppedError(namespace: string): MetricsError {
  return new MetricsError('EXPORTER_STOPPED', {
    message: `Cannot start exporter ${shown(namespace)}: it was shut down; make a new one with newExporter()`,
  });
}
