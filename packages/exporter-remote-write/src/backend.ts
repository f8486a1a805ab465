import {
  type Backend,
  type BackendContext,
  type BackendInstance,
  defineBackend,
  namespaced,
  PushHealth,
  PushLoop,
  WarnOnce,
} from '@oriel/exporter';
import { Batch } from './batch.ts';
import { readCredentials } from './credentials.ts';
import { DeliveryError, isTransient } from './delivery-error.ts';
import { type DeliveryHealth, newHealth, showHealth } from './delivery-health.ts';
import { type WriteDestination, writeDestination } from './destination-url.ts';
import { HttpSender } from './http-sender.ts';
import { identityLabels } from './identity-labels.ts';
import { type RemoteWriteSettings, remoteWriteSettings } from './settings.ts';
import { SnapshotSender } from './snapshot-sender.ts';

/**
 * The backend `remote-write`: sends every series to a receiver of Prometheus remote write, at an interval.
 *
 * Named by URL, `remote-write+http://host:9090/api/v1/write`, or by name with the setting `url`.
 *
 * @example
 * const { newExporter } = await import('@oriel/exporter');
 * const exporters = ['remote-write+http://127.0.0.1:9090/api/v1/write'];
 * const exporter = newExporter('shop', { backends: [remoteWrite], exporters });
 */
export const remoteWrite: Backend<RemoteWriteSettings> = defineBackend({
  name: 'remote-write',
  options: remoteWriteSettings,
  create: (context, settings) => new RemoteWriteBackend(context, settings),
});

// As long as timers go: each request has a limit of its own, and a delivery has as many as it needs.
const NO_LIMIT_MS = 2 ** 31 - 1;
/** Two milliseconds: between them stands what has ended. */
const LEAST_STEP_MS = 2;
const LONGEST_STEP_BACK_MS = 3_600_000;
/** The part of the time for a stop after which requests under way are broken off. */
const STOP_SHARE = 0.8;

class RemoteWriteBackend implements BackendInstance {
  readonly #context: BackendContext;
  readonly #settings: RemoteWriteSettings;
  readonly #destination: WriteDestination;
  readonly #http: HttpSender;
  readonly #warnings: WarnOnce;
  readonly #loop: PushLoop<Batch>;
  /** What the loop has in its queue, to know what it drops. */
  readonly #waiting: Batch[] = [];
  readonly #stopping = new AbortController();
  readonly #pushHealth: PushHealth;
  readonly #health: DeliveryHealth;
  readonly #sender: SnapshotSender;
  #hideHealth = (): void => {};
  #lastTime = 0;

  constructor(context: BackendContext, settings: RemoteWriteSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#destination = writeDestination(context.url, settings.url);
    this.#warnings = new WarnOnce(context);
    const { clock } = context;
    this.#http = new HttpSender(this.#destination.url, { clock, timeoutMs: settings.timeoutMs });
    this.#pushHealth = new PushHealth(context);
    this.#health = newHealth(this.#destination.id);
    this.#sender = this.#newSender();
    this.#loop = this.#newLoop();
  }

  async start(): Promise<void> {
    // What cannot be read is told at once, though each delivery reads it again.
    await readCredentials(this.#settings, this.#destination.user);
    this.#showHealth();
    this.#loop.start();
  }

  flush(): Promise<void> {
    return this.#loop.flush();
  }

  async stop(): Promise<void> {
    const { clock, options } = this.#context;
    const abort = (): void => this.#stopping.abort();
    const timer = clock.setTimeout(abort, options.shutdownTimeoutMs * STOP_SHARE);
    try {
      await this.#loop.stop();
      if (this.#settings.staleOnStop)
        await this.#sender.endAll(this.#timeOf(clock.now()), this.#stopping.signal);
    } finally {
      clock.clearTimeout(timer);
      this.#leave();
      this.#http.close();
      this.#hideHealth();
    }
  }

  #newSender(): SnapshotSender {
    const { clock } = this.#context;
    return new SnapshotSender({
      settings: this.#settings,
      http: this.#http,
      user: this.#destination.user,
      external: identityLabels(this.#settings, this.#context),
      health: this.#health,
      onSentBytes: (bytes) => this.#pushHealth.sentBytes(bytes),
      clock,
      onFault: (error) => this.#warnings.tell(error),
    });
  }

  #newLoop(): PushLoop<Batch> {
    const { clock, failed, recovered } = this.#context;
    const { intervalMs, queueLimit, backoffMs, maxBackoffMs } = this.#settings;
    return new PushLoop<Batch>({
      clock,
      intervalMs,
      queueLimit,
      backoffMs,
      maxBackoffMs,
      health: this.#pushHealth,
      sendTimeoutMs: NO_LIMIT_MS,
      collect: () => this.#collect(),
      send: (batch, signal) => this.#send(batch, signal),
      isTransient,
      retryAfterMs: (cause) => (cause instanceof DeliveryError ? cause.retryAfterMs : undefined),
      onFailure: failed,
      onSuccess: recovered,
    });
  }

  #showHealth(): void {
    try {
      this.#hideHealth = showHealth(this.#context.registry, this.#health);
    } catch (error) {
      // Somebody else's families of these names cost the self-metrics, not the export.
      this.#warnings.tell(error as Error);
    }
  }

  async #collect(): Promise<Batch> {
    const { namespace, registry } = this.#context;
    const snapshot = await namespaced(namespace, registry).gather();
    for (const error of snapshot.errors) this.#warnings.tell(error);
    const batch = new Batch(snapshot, this.#timeOf(snapshot.time));
    this.#queue(batch);
    return batch;
  }

  // Receivers want rising times of each series. A clock that was set back by little is waited for.
  #timeOf(now: number): number {
    const least = this.#lastTime + LEAST_STEP_MS;
    this.#lastTime = least - now > LONGEST_STEP_BACK_MS ? now : Math.max(now, least);
    return this.#lastTime;
  }

  // The loop will drop what is beyond its limit, oldest first, as soon as it has this one.
  #queue(batch: Batch): void {
    this.#waiting.push(batch);
    while (this.#waiting.length > this.#settings.queueLimit) this.#dropFirst();
  }

  async #send(batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      await this.#sender.send(batch, AbortSignal.any([signal, this.#stopping.signal]));
      this.#waiting.shift();
    } catch (cause) {
      if (!isTransient(cause)) {
        this.#waiting.shift();
        if (!batch.isDone) this.#sender.abandon(batch);
      }
      throw cause;
    }
  }

  #dropFirst(): void {
    const batch = this.#waiting.shift();
    if (batch === undefined) return;
    this.#health.dropped.queue_full += batch.remaining(this.#settings.exponentialHistograms);
    this.#sender.abandon(batch);
  }

  // Nobody reads the metrics of a backend that has stopped.
  #leave(): void {
    const batches = this.#waiting.splice(0);
    const samples = batches.reduce(
      (sum, each) => sum + each.remaining(this.#settings.exponentialHistograms),
      0,
    );
    if (samples === 0) return;
    const { backend } = this.#health;
    const message = `${samples} samples were not delivered before backend "${backend}" stopped`;
    this.#context.logger.warn({ backend, snapshots: batches.length, samples }, message);
  }
}
