import { MetricsError } from '@oriel/metrics';
import type { Backend, BackendContext, BackendInstance, BoundAddress } from './backend.ts';
import type { BackendAct, BackendHealth } from './backend-health.ts';
import { type BackendTarget, withoutSecrets } from './backend-target.ts';
import { withinTime } from './deadline.ts';

export type BackendState = 'starting' | 'up' | 'failed' | 'stopped';

/** How one backend of an exporter does. */
export interface BackendStatus {
  /** Name or URL without secrets; also the `backend` label of the self-metrics. */
  readonly id: string;
  readonly name: string;
  readonly state: BackendState;
  /** What a server has bound. */
  readonly bound?: BoundAddress;
  /** The last failure. */
  readonly error?: MetricsError;
}

/** What a backend's context holds before it is made for one target. */
export type SharedContext = Omit<BackendContext, 'id' | 'url' | 'listening' | 'failed' | 'recovered'>;

export interface RunnerOptions {
  readonly target: BackendTarget;
  readonly backend: Backend;
  readonly settings: unknown;
  readonly health: BackendHealth;
  readonly context: SharedContext;
  readonly onListening: (bound: BoundAddress) => void;
}

/** Runs one backend so that whatever it does wrong stays its own: nothing here throws or rejects. */
export class BackendRunner {
  readonly target: BackendTarget;
  readonly health: BackendHealth;
  readonly #options: RunnerOptions;
  #instance: BackendInstance | undefined;
  #state: BackendState = 'starting';
  // Its start took too long: whatever it does from then on comes too late.
  #givenUp = false;
  #bound: BoundAddress | undefined;
  #error: MetricsError | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.target = options.target;
    this.health = options.health;
  }

  get backend(): Backend {
    return this.#options.backend;
  }

  get status(): BackendStatus {
    const { id, name } = { id: this.health.label, name: this.target.name };
    return Object.freeze({ id, name, state: this.#state, bound: this.#bound, error: this.#error });
  }

  /** Creates and starts the backend; gives the failure, if there was one. */
  async start(): Promise<MetricsError | undefined> {
    const { options, logger } = this.#options.context;
    const failure = await this.#try('start', options.startTimeoutMs, () => this.#begin());
    if (failure !== undefined) return failure;
    this.#set('up');
    logger.info({ backend: this.health.label, ...this.#bound }, 'metrics backend started');
    return undefined;
  }

  async #begin(): Promise<void> {
    const instance = this.#create();
    await instance.start();
    if (!this.#givenUp) this.#instance = instance;
    else await this.#stopInstance(instance);
  }

  async flush(): Promise<void> {
    const instance = this.#instance;
    if (instance === undefined) return;
    await this.#try('flush', this.#options.context.options.shutdownTimeoutMs, () => instance.flush());
  }

  async stop(): Promise<void> {
    const instance = this.#instance;
    if (instance === undefined) return;
    this.#instance = undefined;
    const failure = await this.#stopInstance(instance);
    this.#set('stopped');
    if (failure === undefined)
      this.#options.context.logger.debug({ backend: this.health.label }, 'metrics backend stopped');
  }

  #create(): BackendInstance {
    const { backend, context, settings, target, onListening } = this.#options;
    const listening = (bound: BoundAddress) => {
      if (this.#givenUp) return;
      this.#bound = Object.freeze({ address: bound.address, port: bound.port });
      onListening(this.#bound);
    };
    const failed = (cause: unknown) => this.#runFailed(cause);
    const recovered = () => this.#recovered();
    return backend.create(
      Object.freeze({ ...context, id: this.health.label, url: target.url, listening, failed, recovered }),
      settings,
    );
  }

  #stopInstance(instance: BackendInstance): Promise<MetricsError | undefined> {
    return this.#try('stop', this.#options.context.options.shutdownTimeoutMs, () => instance.stop());
  }

  async #try(
    act: BackendAct,
    ms: number,
    work: () => void | Promise<void>,
  ): Promise<MetricsError | undefined> {
    const late = () => {
      if (act === 'start') this.#givenUp = true;
      return new Error(`it took longer than ${ms} ms`);
    };
    try {
      await withinTime(work, ms, this.#options.context.clock, late);
      return undefined;
    } catch (cause) {
      return this.#fail(act, cause);
    }
  }

  #fail(act: BackendAct, cause: unknown): MetricsError {
    const error = failureOf(act, this.health.label, cause);
    this.health.failures[act]++;
    this.#error = error;
    if (act === 'start' || act === 'run') this.#set('failed');
    this.#options.context.logger.error({ backend: this.health.label, act, err: error }, error.message);
    return error;
  }

  #runFailed(cause: unknown): void {
    if (this.#state !== 'stopped') this.#fail('run', cause);
  }

  #recovered(): void {
    if (this.#instance === undefined || this.#state !== 'failed') return;
    this.#set('up');
    this.#options.context.logger.info({ backend: this.health.label }, 'metrics backend works again');
  }

  #set(state: BackendState): void {
    this.#state = state;
    this.health.up = state === 'up';
  }
}

function failureOf(act: BackendAct, id: string, cause: unknown): MetricsError {
  // A backend that says precisely what is wrong is left its say.
  if (cause instanceof MetricsError) return cause;
  const fault = cause instanceof Error ? cause.message : String(cause);
  const clear = withoutSecrets(fault);
  return new MetricsError('BACKEND_FAILED', {
    message: `Cannot ${act} backend "${id}": ${clear}`,
    details: { backend: id, act },
    // Loggers print causes: one that shows a password stays out.
    cause: clear === fault ? cause : undefined,
  });
}
