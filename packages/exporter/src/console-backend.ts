import { type Gatherer, MetricsError, type Snapshot } from '@oriel/metrics';
import { type Backend, type BackendContext, type BackendInstance, defineBackend } from './backend.ts';
import { type ConsoleSettings, consoleSettings } from './console-settings.ts';
import { jsonLines } from './json-lines.ts';
import { namespaced } from './namespaced.ts';
import { PushHealth } from './push-health.ts';
import { PushLoop } from './push-loop.ts';
import { type ReadablePageOptions, readablePage } from './readable-page.ts';
import { type TextStream, writeTexts } from './text-stream.ts';

/**
 * The backend `console`: dumps the metrics to stderr at an interval, on SIGUSR1, on `forceFlush` and at the end.
 *
 * Built in: `exporters: ['console']`, or a URL with settings such as `console://?format=json&intervalMs=5000`.
 */
export const consoleBackend: Backend<ConsoleSettings> = defineBackend({
  name: 'console',
  options: consoleSettings,
  create: (context, settings) =>
    new ConsoleBackend(context, consoleSettings.withUrl(settings, plainUrl(context.url))),
});

class ConsoleBackend implements BackendInstance {
  readonly #settings: ConsoleSettings;
  readonly #namespace: string;
  readonly #health: PushHealth;
  readonly #loop: PushLoop<Snapshot>;

  constructor(context: BackendContext, settings: ConsoleSettings) {
    const { namespace, registry, clock, failed, recovered } = context;
    const source: Gatherer = namespaced(namespace, registry);
    this.#settings = settings;
    this.#namespace = namespace;
    this.#health = new PushHealth(context);
    this.#loop = new PushLoop({
      clock,
      health: this.#health,
      intervalMs: settings.intervalMs,
      jitter: 0,
      // What was not shown then is old now.
      queueLimit: 1,
      collect: () => source.gather(),
      send: (snapshot, signal) => this.#write(snapshot, signal),
      onFailure: failed,
      onSuccess: recovered,
    });
  }

  start(): void {
    this.#loop.start();
    if (this.#settings.signal) process.on(dumpSignal(), this.#dump);
  }

  flush(): Promise<void> {
    return this.#loop.flush();
  }

  stop(): Promise<void> {
    process.off(dumpSignal(), this.#dump);
    return this.#loop.stop();
  }

  // What fails was told to the loop's listener.
  readonly #dump = (): void => void this.#loop.flush().catch(() => undefined);

  async #write(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const stream = streamOf(this.#settings);
    const texts =
      this.#settings.format === 'json' ? jsonLines(snapshot) : readablePage(snapshot, this.#page(stream));
    this.#health.sentBytes(await writeTexts(stream, texts, signal));
  }

  #page(stream: TextStream): ReadablePageOptions {
    const { colors, maxSeries, quantiles, ownMetrics } = this.#settings;
    const auto = stream.isTTY === true && (process.env.NO_COLOR ?? '') === '';
    return {
      namespace: this.#namespace,
      // What is no terminal has no edge.
      width: stream.columns ?? 160,
      colors: colors === 'auto' ? auto : colors === 'always',
      maxSeries,
      quantiles,
      ownMetrics,
    };
  }
}

function streamOf({ stream }: ConsoleSettings): TextStream {
  return typeof stream === 'string' ? process[stream] : stream;
}

function dumpSignal(): 'SIGBREAK' | 'SIGUSR1' {
  return process.platform === 'win32' ? 'SIGBREAK' : 'SIGUSR1';
}

function plainUrl(url: URL | undefined): URL | undefined {
  if (url === undefined || (url.host === '' && url.pathname.length < 2)) return url;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use backend "console://${url.host}${url.pathname}": its URL has a host or path; use console:// with settings behind a "?"`,
    details: { backend: 'console' },
  });
}
