import { type Gatherer, MetricsError } from '@oriel/metrics';
import type { ExporterRegistry } from './backend.ts';
import type { Clock } from './clock.ts';
import { Coalesced } from './coalesced.ts';
import { readConfigText } from './config-document.ts';
import { configUnreadable } from './config-error.ts';
import { type ConfigFile, parseConfigFile } from './config-file.ts';
import { ConfigHealth } from './config-health.ts';
import { commitPlans, constLabelsOf, type PartPlan, plansWithoutFile } from './config-plan.ts';
import { FileWatch } from './file-watch.ts';
import { labelled, labelledRegistry } from './labelled-registry.ts';
import type { Logger } from './logger.ts';
import type { Options, OptionsState } from './options.ts';
import type { SettingsView } from './settings-store.ts';

/** What came of reading the file again. */
export interface ReloadOutcome {
  /** `idle`: there was nothing to do, as there is no file, or nothing that runs. */
  readonly result: 'success' | 'failure' | 'idle';
  /** Why the file was refused; what ran before runs on. */
  readonly error?: MetricsError;
  /** Fields that differ from what runs and need a restart. */
  readonly needRestart: readonly string[];
}

/** Nothing was read. */
export const idleReload: ReloadOutcome = Object.freeze({ result: 'idle', needRestart: Object.freeze([]) });

export interface RunningConfigOptions {
  readonly options: Options;
  readonly state: OptionsState;
  readonly registry: ExporterRegistry;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Told when options that can be changed at run time were taken from the file. */
  readonly onTaken: () => void;
}

/** Throws for settings that a running backend cannot take. */
type CheckSettings = (settings: SettingsView) => void;

/** The operator's file at work: what it says is done, and done anew when it changes, all of it or nothing. */
export class RunningConfig {
  readonly #own: RunningConfigOptions;
  readonly #reloads: Coalesced<ReloadOutcome> = new Coalesced(() => this.#reload());
  readonly #health: ConfigHealth;
  /** What stops again. */
  readonly #undo: (() => void)[] = [];
  readonly #plans: readonly PartPlan[];
  #labels: Readonly<Record<string, string>> = {};
  #checkSettings: CheckSettings = () => {};
  /** What was read last, good or bad, and whether it is to be read even if it is the same. */
  #lastText: string;
  #asked = false;
  #stopped = false;

  /** Errors: {@link MetricsError} `OPTION_INVALID` for a part whose defaults are wrong. */
  constructor(own: RunningConfigOptions) {
    this.#own = own;
    const { file, configurables = [] } = own.state;
    this.#plans = file?.plans ?? plansWithoutFile(configurables);
    this.#health = new ConfigHealth(own.clock.now());
    this.#lastText = own.state.file?.text ?? '';
  }

  /** The registry as backends get it: with the constant labels, if a part of the program may set some. */
  get registry(): ExporterRegistry {
    const { registry } = this.#own;
    return this.#mayLabel ? labelledRegistry(() => this.#labels, registry) : registry;
  }

  /** Puts the constant labels on what a backend keeps apart from the registry. */
  labelled(gatherer: Gatherer): Gatherer {
    return this.#mayLabel ? labelled(() => this.#labels, gatherer) : gatherer;
  }

  get #mayLabel(): boolean {
    return (this.#own.state.configurables ?? []).length > 0;
  }

  /** Does what the file says, then waits for changes. */
  start(checkSettings: CheckSettings): void {
    const { file } = this.#own.state;
    this.#checkSettings = checkSettings;
    this.#warn(file?.warnings ?? []);
    this.#labels = constLabelsOf(this.#plans);
    const failure = commitPlans(this.#plans);
    if (failure !== undefined) this.#own.logger.error({ err: failure }, failure.message);
    if (file === undefined) return;
    this.#openHealth();
    this.#listen(file);
  }

  /** Reads the file again, once for all who ask meanwhile. Never rejects. */
  reload(): Promise<ReloadOutcome> {
    if (this.#stopped || this.#own.state.file === undefined) return Promise.resolve(idleReload);
    this.#asked = true;
    return this.#reloads.run();
  }

  /** Leaves no watcher, listener or timer; a reload at work changes nothing any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const undo of this.#undo.splice(0)) undo();
    await this.#reloads.idle();
  }

  #listen({ path, location }: ConfigFile): void {
    const { options, clock, logger } = this.#own;
    const { configReload } = options;
    if (configReload === 'both' || configReload === 'signal') {
      const onSignal = () => void this.reload();
      process.on('SIGHUP', onSignal);
      this.#undo.push(() => process.off('SIGHUP', onSignal));
    }
    if (configReload === 'signal' || configReload === 'off') return;
    const onBlind = (err: unknown) =>
      logger.warn({ err }, `Cannot watch configuration file "${path}"; it is looked at every 5 s instead`);
    const watch = new FileWatch({ path: location, clock, onChange: () => void this.#reloads.run(), onBlind });
    watch.start();
    this.#undo.push(() => watch.stop());
  }

  #openHealth(): void {
    const { registry, logger } = this.#own;
    try {
      registry.register(this.#health);
      this.#undo.push(() => void registry.unregister(this.#health));
    } catch (cause) {
      // Of two exporters with a file on one registry the first has them.
      logger.warn(
        {},
        `Cannot register the self-metrics of the configuration file: ${(cause as Error).message}`,
      );
    }
  }

  async #reload(): Promise<ReloadOutcome> {
    const { file } = this.#own.state;
    const asked = this.#asked;
    this.#asked = false;
    if (file === undefined || this.#stopped) return idleReload;
    const text = await readConfigText(file.path, file.location).catch((error: MetricsError) => error);
    const seen = typeof text === 'string' ? text : text.message;
    // A watched file that says what it said needs nothing.
    if (this.#stopped || (!asked && seen === this.#lastText)) return idleReload;
    this.#lastText = seen;
    const next = typeof text === 'string' ? await this.#read({ ...file, text }) : text;
    if (this.#stopped) return idleReload;
    return next instanceof MetricsError ? this.#refuse(next) : this.#take(next);
  }

  async #read(read: ConfigFile): Promise<ConfigFile | MetricsError> {
    try {
      return await parseConfigFile(read, this.#own.state.configurables ?? []);
    } catch (cause) {
      return cause instanceof MetricsError ? cause : configUnreadable(read.path, String(cause), cause);
    }
  }

  #take(file: ConfigFile): ReloadOutcome {
    const { state, logger, clock, onTaken } = this.#own;
    const change = state.planReload!(file);
    const wrong = attempt(() => this.#checkSettings(change.settings));
    if (wrong !== undefined) return this.#refuse(wrong);
    change.take();
    onTaken();
    this.#labels = constLabelsOf(file.plans);
    const failure = commitPlans(file.plans);
    if (failure !== undefined) return this.#refuse(failure);
    this.#health.reloaded('success', clock.now());
    this.#warn([...file.warnings, ...change.pending.map(({ message }) => message)]);
    const needRestart = Object.freeze(change.pending.map(({ field }) => field));
    logger.info({ file: file.path, needRestart }, 'configuration file reloaded');
    return Object.freeze({ result: 'success', needRestart });
  }

  #refuse(error: MetricsError): ReloadOutcome {
    const { logger, clock } = this.#own;
    this.#health.reloaded('failure', clock.now());
    logger.error({ err: error }, error.message);
    return Object.freeze({ result: 'failure', error, needRestart: idleReload.needRestart });
  }

  #warn(messages: readonly string[]): void {
    for (const message of messages) this.#own.logger.warn({}, message);
  }
}

function attempt(act: () => void): MetricsError | undefined {
  try {
    act();
    return undefined;
  } catch (cause) {
    return cause as MetricsError;
  }
}
