import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '../support/end-process.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** One scraped value of a series. */
export interface Point {
  /** Milliseconds of the scrape's start. */
  readonly at: number;
  readonly value: number;
}

interface Target {
  readonly health: string;
  readonly lastError: string;
}

interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

export interface PrometheusOptions {
  /** What `--enable-feature` switches on. */
  readonly features?: readonly string[];
  /** More fields of the scrape configuration, such as `tls_config`. */
  readonly scrape?: Readonly<Record<string, unknown>>;
}

/** A real Prometheus server with a data folder of its own, that scrapes one target every second or as told. */
export class PrometheusServer {
  readonly #base: string;
  readonly #stop: () => Promise<void>;

  private constructor(base: string, stop: () => Promise<void>) {
    this.#base = base;
    this.#stop = stop;
  }

  static async start(
    target: URL,
    interval = '1s',
    { features = [], scrape = {} }: PrometheusOptions = {},
  ): Promise<PrometheusServer> {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-prometheus-'));
    const port = await freePort();
    await writeFile(join(folder, 'prometheus.yml'), configFor(target, interval, scrape));
    const flags = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
      ...(features.length > 0 ? [`--enable-feature=${features.join()}`] : []),
    ];
    const child = spawn('prometheus', flags, { stdio: 'inherit' });
    return new PrometheusServer(`http://127.0.0.1:${port}`, async () => {
      await endProcess(child);
      await rm(folder, { recursive: true, force: true });
    });
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** The first target once it was scraped; with what Prometheus has against the page, if anything. */
  scraped(): Promise<Target> {
    return eventually('Prometheus', async () => {
      const { activeTargets } = (await this.#get('/api/v1/targets')) as { activeTargets: Target[] };
      return activeTargets.find((target) => target.health !== 'unknown');
    });
  }

  /** The samples of a query, once it gives as many as wanted. */
  query(expression: string, atLeast = 1): Promise<readonly Sample[]> {
    return eventually('Prometheus', async () => {
      const { result } = (await this.#get(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as {
        result: Sample[];
      };
      return result.length >= atLeast ? result : undefined;
    });
  }

  /** Every value that was scraped of each series, oldest first; none is no error. */
  async points(selector: string): Promise<readonly (readonly Point[])[]> {
    const query = encodeURIComponent(`${selector}[1h]`);
    const { result } = (await this.#get(`/api/v1/query?query=${query}`)) as {
      result: { values: [time: number, value: string][] }[];
    };
    return result.map(({ values }) =>
      values.map(([time, value]) => ({ at: Math.round(time * 1000), value: Number(value) })),
    );
  }

  /** The value of a query that gives one number; NaN if it gives nothing. */
  async value(expression: string): Promise<number> {
    const { result } = (await this.#get(`/api/v1/query?query=${encodeURIComponent(expression)}`)) as {
      result: Sample[];
    };
    return Number(result[0]?.value[1] ?? Number.NaN);
  }

  /** What the server counts of itself, added up over all series of a family; throws if there are none. */
  async own(name: string): Promise<number> {
    const page = await (await fetch(`${this.#base}/metrics`)).text();
    const lines = page
      .split('\n')
      .filter((line) => /^[{ ]/.test(line.slice(name.length)) && line.startsWith(name));
    if (lines.length === 0) throw new Error(`Prometheus has no ${name}`);
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** The exemplars of a query, once it gives as many series as wanted. */
  exemplars(expression: string, atLeast = 1): Promise<readonly ExemplarSeries[]> {
    return eventually('Prometheus', async () => {
      const now = Date.now() / 1000;
      const range = `start=${now - 600}&end=${now + 600}`;
      const query = `query=${encodeURIComponent(expression)}`;
      const found = (await this.#get(`/api/v1/query_exemplars?${query}&${range}`)) as ExemplarSeries[];
      return found.length >= atLeast ? found : undefined;
    });
  }

  /** Type, help and unit of a family. */
  async metadata(name: string): Promise<unknown> {
    return eventually('Prometheus', async () => {
      const all = (await this.#get(`/api/v1/metadata?metric=${name}`)) as Record<string, unknown[]>;
      return all[name]?.[0];
    });
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(this.#base + path);
    const { data } = (await response.json()) as { data: unknown };
    return data;
  }
}

function configFor(target: URL, interval: string, scrape: PrometheusOptions['scrape']): string {
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval },
    scrape_configs: [
      {
        job_name: 'oriel',
        scheme: target.protocol.slice(0, -1),
        metrics_path: target.pathname,
        static_configs: [{ targets: [target.host] }],
        ...scrape,
      },
    ],
  });
}
