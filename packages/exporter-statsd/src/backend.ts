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
import type { DatagramOptions } from './datagram-connection.ts';
import { Delivery } from './delivery.ts';
import { Encoder } from './encoder.ts';
import { Pace } from './pace.ts';
import type { Sender } from './sender.ts';
import { StatsdHealth } from './statsd-health.ts';
import { type StatsdSettings, statsdSettings } from './statsd-settings.ts';
import { StreamSender } from './stream-sender.ts';
import type { Tally } from './tally.ts';
import { targetSettings } from './target.ts';
import { UdpSender } from './udp-sender.ts';
import { UnixSender } from './unix-sender.ts';

/**
 * The backend `statsd`: sends what was added since the last push, by UDP, TCP or a Unix socket, to a daemon that speaks
 * StatsD or DogStatsD.
 *
 * `statsd://host:8125`, `statsd+tcp://host:8125`, `statsd+dogstatsd+unix:///var/run/datadog/dsd.socket`; everything else
 * is a setting.
 *
 * @example
 * const { newExporter } = await import('@oriel/exporter');
 * const exporter = newExporter('shop', { backends: [statsd], exporters: ['statsd://127.0.0.1:8125'] });
 */
export const statsd: Backend<StatsdSettings> = defineBackend({
  name: 'statsd',
  options: statsdSettings,
  create: (context, settings) => new StatsdBackend(context, targetSettings(settings, context.url)),
});

class StatsdBackend implements BackendInstance {
  readonly #context: BackendContext;
  readonly #settings: StatsdSettings;
  readonly #push: PushHealth;
  readonly #health: StatsdHealth;
  readonly #sender: Sender;
  readonly #loop: PushLoop<Snapshot>;
  /** Of families that are left out. */
  readonly #warnings: WarnOnce;

  constructor(context: BackendContext, settings: StatsdSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#push = new PushHealth(context);
    this.#health = new StatsdHealth(context);
    this.#warnings = new WarnOnce(context);
    this.#sender = this.#newSender();
    this.#loop = this.#newLoop();
  }

  async start(): Promise<void> {
    await this.#sender.prepare();
    this.#health.open();
    this.#loop.start();
  }

  flush(): Promise<void> {
    return this.#loop.flush();
  }

  async stop(): Promise<void> {
    try {
      await this.#loop.stop();
    } finally {
      this.#health.close();
      this.#sender.close();
    }
  }

  #newLoop(): PushLoop<Snapshot> {
    const { namespace, registry, clock, failed, recovered } = this.#context;
    const { intervalMs, sendTimeoutMs } = this.#settings;
    const source = namespaced(namespace, registry);
    const delivery = new Delivery({
      gather: () => source.gather(),
      encoder: new Encoder({
        ...this.#settings,
        onCollision: (error) => this.#warnings.tell(error, String(error.details.family)),
      }),
      sender: this.#sender,
      onArrived: (tally) => this.#arrived(tally),
    });
    return new PushLoop<Snapshot>({
      clock,
      intervalMs,
      sendTimeoutMs,
      // StatsD has no times: the newest snapshot says all that older ones could.
      queueLimit: 1,
      health: this.#push,
      collect: () => delivery.gather(),
      send: (snapshot, signal) => delivery.send(snapshot, signal),
      onFailure: failed,
      onSuccess: recovered,
    });
  }

  #newSender(): Sender {
    const { transport, host, port, socketPath: path, confirmTimeoutMs, flavour } = this.#settings;
    const { clock } = this.#context;
    const framed = flavour === 'dogstatsd' && transport === 'unix-stream';
    if (transport === 'tcp') return new StreamSender({ to: { host, port }, clock, confirmTimeoutMs, framed });
    if (transport === 'unix-stream')
      return new StreamSender({ to: { path }, clock, confirmTimeoutMs, framed });
    const datagrams = (): DatagramOptions => this.#datagrams();
    if (transport === 'unix') return new UnixSender({ path, clock, datagrams });
    return new UdpSender({ host, port, datagrams });
  }

  #datagrams(): DatagramOptions {
    const { transport, packetsPerSecond } = this.#settings;
    return {
      // A Unix socket makes its sender wait.
      pace: new Pace(this.#context.clock, transport === 'udp' ? packetsPerSecond : 0),
      onRefused: (cause, packets) => this.#health.refused(cause, packets),
      onTooLarge: (lines, bytes) => this.#tooLarge(lines, bytes),
    };
  }

  #tooLarge(lines: number, bytes: number): void {
    this.#push.droppedSeries('too_large', lines);
    this.#health.tooLarge(bytes);
  }

  #arrived(tally: Tally): void {
    this.#health.arrived(tally);
    this.#push.sentBytes(tally.bytes);
    for (const [cause, lines] of Object.entries(tally.dropped)) this.#push.droppedSeries(cause, lines);
  }
}
