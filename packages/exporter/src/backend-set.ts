import type { MetricsError } from '@oriel/metrics';
import type { BackendContext, BoundAddress, ExporterRegistry } from './backend.ts';
import type { FindBackend } from './backend-finder.ts';
import { type BackendHealth, closeHealth, newHealth, openHealth } from './backend-health.ts';
import { BackendRunner, type BackendStatus, type RunnerOptions } from './backend-runner.ts';
import { readSettings, unusedSettings } from './backend-settings.ts';
import { readTarget } from './backend-target.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import type { Environment } from './option-environment.ts';
import type { Options } from './options.ts';
import { readResource } from './resource.ts';
import type { SettingsView } from './settings-store.ts';

export interface BackendSetOptions {
  readonly options: Options;
  readonly find: FindBackend;
  readonly logger: Logger;
  readonly registry: ExporterRegistry;
  /** The same registry as backends get it. */
  readonly exposed: ExporterRegistry;
  readonly labelled: BackendContext['labelled'];
  readonly env: Environment;
  readonly clock: Clock;
  readonly onListening: (bound: BoundAddress) => void;
}

/** All backends of one exporter, started, flushed and stopped side by side. */
export class BackendSet {
  readonly #registry: ExporterRegistry;
  readonly #runners: readonly BackendRunner[];

  private constructor(registry: ExporterRegistry, runners: readonly BackendRunner[]) {
    this.#registry = registry;
    this.#runners = runners;
  }

  /** Finds every backend and checks its settings; one that is wrong, and there are none. */
  static async create(set: BackendSetOptions): Promise<BackendSet> {
    const { options, logger, registry, clock } = set;
    const targets = options.exporters.map((text) => readTarget(text)!);
    const found = await Promise.all(targets.map(set.find));
    const settings = found.map((backend) => readSettings(backend, options.settings));
    const warn = (message: string) => logger.warn({}, message);
    for (const message of unusedSettings(
      options.settings,
      targets.map((target) => target.name),
    ))
      warn(message);
    const resource = readResource(set.env, warn);
    const { namespace } = options;
    const { labelled } = set;
    const context = { namespace, options, logger, registry: set.exposed, resource, clock, labelled };
    let plainListens = false;
    const runners = targets.map((target, at) => {
      const health = healthOf(registry, target.id, warn);
      const onListening = (bound: BoundAddress) => {
        // Of several servers, the one that took its port from the options is the one they answer for.
        if (target.url === undefined) plainListens = true;
        if (target.url === undefined || !plainListens) set.onListening(bound);
      };
      const parts: RunnerOptions = {
        target,
        backend: found[at],
        settings: settings[at],
        health,
        context,
        onListening,
      };
      return new BackendRunner(parts);
    });
    return new BackendSet(registry, runners);
  }

  statuses(): BackendStatus[] {
    return this.#runners.map((runner) => runner.status);
  }

  /** Refuses settings that one of the backends cannot take. Errors: as `create`. */
  checkSettings(settings: SettingsView): void {
    for (const { backend } of this.#runners) readSettings(backend, settings);
  }

  /** Gives the first failure. */
  async start(): Promise<MetricsError | undefined> {
    const failures = await Promise.all(this.#runners.map((runner) => runner.start()));
    return failures.find((failure) => failure !== undefined);
  }

  async flush(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.flush()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    for (const { health } of this.#runners) closeHealth(this.#registry, health);
  }
}

function healthOf(registry: ExporterRegistry, id: string, warn: (message: string) => void): BackendHealth {
  try {
    return openHealth(registry, id);
  } catch (cause) {
    // Somebody else's families of these names cost the self-metrics, not the export.
    warn(`Cannot register the self-metrics of backend "${id}": ${(cause as Error).message}`);
    return newHealth(id);
  }
}
