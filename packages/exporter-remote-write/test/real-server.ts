import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '../../../test/support/end-process.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { freePort } from '../../../test/support/free-port.ts';

/** A series as a server holds it: labels with `__name__`, its last value. */
export interface StoredSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A native histogram as Prometheus answers it. */
export interface StoredHistogram {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly (readonly [lower: number, upper: number, count: number])[];
}

/** A real server with a data folder and a port of its own, which it keeps when it is started again. */
abstract class RealServer {
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  protected constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get writeUrl(): string {
    return `remote-write+${this.url}/api/v1/write`;
  }

  protected abstract command(folder: string, port: number): readonly [string, ...string[]];
  protected abstract readonly healthPath: string;

  async start(): Promise<void> {
    const [program, ...flags] = this.command(this.#folder, this.#port);
    this.#child = spawn(program, flags, { stdio: 'ignore' });
    await eventually(program, async () => ((await fetch(this.url + this.healthPath)).ok ? true : undefined));
  }

  /** Ends the server; its data stay. */
  async stop(): Promise<void> {
    await endProcess(this.#child);
    this.#child = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [time: number, value: string];
  readonly histogram?: readonly [
    time: number,
    {
      readonly count: string;
      readonly sum: string;
      readonly buckets?: readonly (readonly [rule: number, lower: string, upper: string, count: string])[];
    },
  ];
}

/** Prometheus as a receiver of remote write. */
export class PrometheusReceiver extends RealServer {
  protected readonly healthPath = '/-/ready';

  static async start(): Promise<PrometheusReceiver> {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-prometheus-'));
    await writeFile(join(folder, 'prometheus.yml'), '{}');
    const server = new PrometheusReceiver(folder, await freePort());
    await server.start();
    return server;
  }

  protected command(folder: string, port: number): readonly [string, ...string[]] {
    return [
      'prometheus',
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--enable-feature=native-histograms,exemplar-storage',
      '--log.level=error',
    ];
  }

  /** What an instant query finds now; a series that has ended is not found. */
  async series(selector: string): Promise<StoredSeries[]> {
    const found = (await this.#query(selector)).filter(({ value }) => value !== undefined);
    return found.map(({ metric, value }) => ({ labels: metric, value: numberOf(value?.[1] ?? '') }));
  }

  async histograms(selector: string): Promise<StoredHistogram[]> {
    const found = await this.#query(selector);
    return found.flatMap(({ metric, histogram }) => {
      if (histogram === undefined) return [];
      const { count, sum, buckets = [] } = histogram[1];
      const read = buckets.map(
        ([, lower, upper, n]) => [numberOf(lower), numberOf(upper), numberOf(n)] as const,
      );
      return [{ labels: metric, count: numberOf(count), sum: numberOf(sum), buckets: read }];
    });
  }

  async exemplars(selector: string): Promise<readonly { readonly value: string; readonly labels: object }[]> {
    const around = `&start=${Date.now() / 1000 - 600}&end=${Date.now() / 1000 + 600}`;
    const data = await this.#get(`/api/v1/query_exemplars?query=${encodeURIComponent(selector)}${around}`);
    return (data as { exemplars: { value: string; labels: object }[] }[]).flatMap(
      ({ exemplars }) => exemplars,
    );
  }

  async #query(selector: string): Promise<Found[]> {
    const data = await this.#get(`/api/v1/query?query=${encodeURIComponent(selector)}`);
    return (data as { result: Found[] }).result;
  }

  async #get(path: string): Promise<unknown> {
    const answer = (await (await fetch(this.url + path)).json()) as { data?: unknown; error?: string };
    if (answer.data === undefined) throw new Error(answer.error);
    return answer.data;
  }
}

interface Exported {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (number | string | null)[];
  readonly timestamps: readonly number[];
}

/** VictoriaMetrics as a receiver of remote write. */
export class VictoriaReceiver extends RealServer {
  protected readonly healthPath = '/health';

  static async start(): Promise<VictoriaReceiver> {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-victoria-'));
    const server = new VictoriaReceiver(folder, await freePort());
    await server.start();
    return server;
  }

  protected command(folder: string, port: number): readonly [string, ...string[]] {
    return [
      'victoria-metrics',
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(folder, 'data')}`,
    ];
  }

  /** Every series by its last sample; one that has ended has NaN. */
  async series(selector: string): Promise<StoredSeries[]> {
    await fetch(`${this.url}/internal/force_flush`);
    const answer = await fetch(`${this.url}/api/v1/export?match[]=${encodeURIComponent(selector)}`);
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const { metric, values, timestamps } = JSON.parse(withoutInfinities(line)) as Exported;
      const last = timestamps.indexOf(Math.max(...timestamps));
      const value = values[last];
      return { labels: metric, value: value === null ? Number.NaN : numberOf(String(value)) };
    });
  }
}

// Written bare, which is no JSON.
function withoutInfinities(line: string): string {
  return line.replace(/"values":\[[^\]]*\]/, (values) => values.replaceAll(/[+-]?Inf/g, '"$&"'));
}

function numberOf(text: string): number {
  return text === '+Inf'
    ? Number.POSITIVE_INFINITY
    : text === '-Inf'
      ? Number.NEGATIVE_INFINITY
      : Number(text);
}
