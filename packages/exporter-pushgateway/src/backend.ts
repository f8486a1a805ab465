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
import type { Snapshot } from '@oriel/metrics';
import { bodyOf, sizeOf } from './body.ts';
import { askGateway } from './gateway-client.ts';
import { GatewayError, isTransient } from './gateway-error.ts';
import { pushable } from './pushable.ts';
import { type PushgatewaySettings, pushgatewaySettings } from './settings.ts';
import { type Target, targetOf } from './target.ts';

/**
 * The backend `pushgateway`: pushes one group to a Prometheus Pushgateway, at the end and, if wanted, at an interval.
 *
 * @example
 * const { newExporter } = await import('@oriel/exporter');
 * const exporter = newExporter('backup', { backends: [pushgateway], exporters: ['pushgateway+http://127.0.0.1:9091'] });
 */
export const pushgateway: Backend<PushgatewaySettings> = defineBackend({
  name: 'pushgateway',
  options: pushgatewaySettings,
  create: (context, settings) => new PushgatewayBackend(context, targetOf(context, settings)),
});

// Share of the time for a stop.
const LAST_TRY = 0.8;

class PushgatewayBackend implements BackendInstance {
  readonly #context: BackendContext;
  readonly #target: Target;
  readonly #health: PushHealth;
  readonly #loop: PushLoop<Snapshot>;
  /** From when on nothing is tried again, as the stop would not wait for it. */
  #end = Number.POSITIVE_INFINITY;
  /** What was warned of already. */
  readonly #warnings: WarnOnce;

  constructor(context: BackendContext, target: Target) {
    const { namespace, registry, clock, failed, recovered } = context;
    const { intervalMs, timeoutMs, tries } = target.settings;
    const source = namespaced(namespace, registry);
    this.#context = context;
    this.#target = target;
    this.#health = new PushHealth(context);
    this.#warnings = new WarnOnce(context);
    this.#loop = new PushLoop({
      ...{ clock, intervalMs, health: this.#health, sendTimeoutMs: timeoutMs, lastTries: tries },
      // A push takes the place of the one before: only the newest is worth sending.
      queueLimit: 1,
      backoffMs: 500,
      collect: () => source.gather(),
      send: (snapshot, signal) => this.#push(snapshot, signal),
      isTransient: (cause) => isTransient(cause) && clock.now() < this.#end,
      retryAfterMs: (cause) => (cause instanceof GatewayError ? cause.retryAfterMs : undefined),
      onFailure: failed,
      onSuccess: recovered,
    });
  }

  start(): void {
    this.#loop.start();
  }

  flush(): Promise<void> {
    return this.#loop.flush();
  }

  async stop(): Promise<void> {
    const { clock, options } = this.#context;
    this.#end = clock.now() + LAST_TRY * options.shutdownTimeoutMs;
    try {
      await this.#loop.stop();
    } finally {
      if (this.#target.settings.deleteAtStop) await this.#delete();
    }
  }

  async #push(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const { settings, key } = this.#target;
    const { snapshot: held, left } = pushable(snapshot, key);
    for (const { family, fault, series } of left) {
      this.#health.droppedSeries('grouping_key', series);
      this.#warnings.tell(`Cannot push family "${family}": ${fault}`);
    }
    const body = await bodyOf(held, settings, (error) => this.#warnings.tell(error));
    const { method } = settings;
    await askGateway(this.#target, { method, body, signal, now: this.#context.clock.now() });
    this.#health.sentBytes(sizeOf(body));
  }

  async #delete(): Promise<void> {
    const { clock } = this.#context;
    const abort = new AbortController();
    const { timeoutMs } = this.#target.settings;
    const late = new DOMException(`the deletion took longer than ${timeoutMs} ms`, 'TimeoutError');
    const timer = clock.setTimeout(() => abort.abort(late), timeoutMs);
    try {
      await askGateway(this.#target, { method: 'DELETE', signal: abort.signal, now: clock.now() });
    } catch (cause) {
      throw abort.signal.aborted ? late : cause;
    } finally {
      clock.clearTimeout(timer);
    }
  }
}
