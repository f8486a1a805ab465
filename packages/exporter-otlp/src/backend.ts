import { setImmediate as nextTurn } from 'node:timers/promises';
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
import { Delivery, DeliverySender } from './delivery.ts';
import { DeliveryError, isRefusal } from './delivery-error.ts';
import { endpointOf } from './endpoint.ts';
import { readEnvironment } from './environment.ts';
import type * as Grpc from './grpc-transport.ts';
import { HttpTransport } from './http-transport.ts';
import type * as Json from './json-encoder.ts';
import { OtlpSender, type Receipt } from './otlp-sender.ts';
import { ProtobufEncoder } from './protobuf-encoder.ts';
import type { RequestEncoder } from './request-encoder.ts';
import { type OtlpSettings, otlpSettings } from './settings.ts';
import { checkTls, readTls } from './tls-material.ts';
import type { Transport } from './transport.ts';

/**
 * The backend `otlp`: pushes every series to a receiver of OpenTelemetry's protocol, at an interval.
 *
 * Named by URL, `otlp+http://collector:4318` or `otlp+grpc://collector:4317`, or by name, with the setting `endpoint`
 * or the variables of OpenTelemetry.
 *
 * @example
 * const { newExporter } = await import('@oriel/exporter');
 * const exporter = newExporter('shop', { backends: [otlp], exporters: ['otlp+http://127.0.0.1:4318'] });
 */
export const otlp: Backend<OtlpSettings> = defineBackend({
  name: 'otlp',
  options: otlpSettings,
  create: (context, settings) => new OtlpBackend(context, settings),
});

// As long as timers go: each request has a limit of its own, and a delivery has as many as it needs.
const NO_LIMIT_MS = 2 ** 31 - 1;
/** The part of the time for a stop after which requests under way are broken off. */
const STOP_SHARE = 0.8;

class OtlpBackend implements BackendInstance {
  readonly #context: BackendContext;
  readonly #plan: Plan;
  readonly #health: PushHealth;
  readonly #loop: PushLoop<Delivery>;
  readonly #stopping = new AbortController();
  readonly #warnings: WarnOnce;
  #sender: OtlpSender | undefined;

  constructor(context: BackendContext, settings: OtlpSettings) {
    this.#context = context;
    this.#plan = planOf(context, settings);
    this.#health = new PushHealth(context);
    this.#warnings = new WarnOnce(context);
    this.#loop = this.#newLoop();
  }

  async start(): Promise<void> {
    this.#sender = await newSender(this.#plan, this.#context);
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
    } finally {
      clock.clearTimeout(timer);
      this.#sender?.close();
    }
  }

  #newLoop(): PushLoop<Delivery> {
    const { clock, failed, recovered } = this.#context;
    const { intervalMs, queueLimit } = this.#plan;
    const deliveries = this.#newDeliveries();
    return new PushLoop<Delivery>({
      clock,
      intervalMs,
      queueLimit,
      health: this.#health,
      sendTimeoutMs: NO_LIMIT_MS,
      collect: () => this.#collect(),
      send: (delivery, signal) => deliveries.send(delivery, AbortSignal.any([signal, this.#stopping.signal])),
      isTransient: (cause) => !isRefusal(cause),
      retryAfterMs: (cause) => (cause instanceof DeliveryError ? cause.retryAfterMs : undefined),
      onFailure: failed,
      onSuccess: recovered,
    });
  }

  #newDeliveries(): DeliverySender {
    const { temporality, maxPoints, timeoutMs, resource } = this.#plan;
    return new DeliverySender({
      temporality,
      maxPoints,
      timeoutMs,
      resource,
      clock: this.#context.clock,
      send: (request, signal) => {
        if (this.#sender === undefined)
          throw new DeliveryError('Cannot send metrics: not started', { transient: true });
        return this.#sender.send(request, signal);
      },
      onReceipt: (receipt) => this.#account(receipt),
      onRefused: (series) => this.#health.droppedSeries('refused', series),
    });
  }

  async #collect(): Promise<Delivery> {
    const { namespace, registry } = this.#context;
    const snapshot = await namespaced(namespace, registry).gather();
    for (const error of snapshot.errors) this.#warnings.tell(error);
    // Taking it has held the event loop enough for one turn.
    await nextTurn();
    return new Delivery(snapshot);
  }

  #account({ bytes, rejected, reason }: Receipt): void {
    this.#health.sentBytes(bytes);
    if (rejected === 0) return;
    this.#health.droppedSeries('rejected', rejected);
    this.#warnings.tell(`Cannot deliver all metrics: the receiver has rejected some of them: "${reason}"`);
  }
}

type Plan = ReturnType<typeof planOf>;

/** Settings and variables put together. */
function planOf(context: BackendContext, given: OtlpSettings) {
  const settings = otlpSettings.withUrl(given, context.url);
  const env = readEnvironment(process.env, (message) => context.logger.warn({}, message));
  const endpoint = endpointOf(context.url, settings, env);
  const { authorization } = endpoint;
  const tls = {
    tlsCa: settings.tlsCa ?? env.tlsCa,
    tlsCert: settings.tlsCert ?? env.tlsCert,
    tlsKey: settings.tlsKey ?? env.tlsKey,
  };
  checkTls(tls);
  return {
    ...settings,
    ...endpoint,
    compression: settings.compression ?? env.compression ?? 'none',
    timeoutMs: settings.timeoutMs ?? env.timeoutMs ?? 10_000,
    intervalMs: settings.intervalMs ?? env.intervalMs ?? 60_000,
    temporality: settings.temporality ?? env.temporality ?? 'cumulative',
    headers: {
      ...lowerCase(env.headers),
      ...(authorization !== undefined && { authorization }),
      ...lowerCase(settings.headers),
    },
    ...tls,
    resource: (told: Readonly<Record<string, string>>) => ({
      'service.name': context.namespace === '' ? 'unknown_service:node' : context.namespace,
      ...told,
      ...context.resource,
      ...settings.resourceAttributes,
    }),
  };
}

async function newSender(plan: Plan, { clock }: BackendContext): Promise<OtlpSender> {
  const tls = await readTls(plan);
  const transport = await newTransport(plan, { ...plan, tls, now: () => clock.now() });
  return new OtlpSender(await newEncoder(plan), transport);
}

async function newEncoder({ protocol }: Plan): Promise<RequestEncoder> {
  if (protocol !== 'http/json') return new ProtobufEncoder();
  const { JsonEncoder }: typeof Json = await import('./json-encoder.ts');
  return new JsonEncoder();
}

type TransportOptions = ConstructorParameters<typeof HttpTransport>[0];

// What is not spoken is not loaded.
async function newTransport({ protocol }: Plan, options: TransportOptions): Promise<Transport> {
  if (protocol === 'grpc') {
    const { GrpcTransport }: typeof Grpc = await import('./grpc-transport.ts');
    return new GrpcTransport(options);
  }
  const type = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  return new HttpTransport({ ...options, headers: { ...options.headers, 'content-type': type } });
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
