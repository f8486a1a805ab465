import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPage } from '@oriel/testkit';
import { Kind, Load } from './load.ts';
import { PrometheusServer } from './prometheus.ts';
import { RedisServer } from './redis.ts';
import { type Running, startSidecar } from './sidecar.ts';

const added =
  '{ name: requests_by_status_total, measure: http_server_request_duration_seconds, aggregation: count, tags: [status] }';
const changed = '{ name: http_client_request_duration_seconds, bounds: [1, 10, 100], unit: ms }';
const dropped = '{ name: http_server_request_size_bytes, drop: true }';

/** A sidecar with a real Redis, scraped by a real Prometheus, under load; its file is changed meanwhile. */
export class ReloadScenario {
  /** What goes round, each with the `path` that it has on the page. */
  readonly kinds: ReadonlyMap<string, Kind> = new Map([
    ['/v1.0/invoke/{app_id}/method/stock', new Kind('GET', '/v1.0/invoke/inventory/method/stock')],
    ['/v1.0/state/{store}/{key}', new Kind('PUT', '/v1.0/state/orders/one', '{"items":1}')],
    ['/v1.0/publish/{pubsub}/{topic}', new Kind('POST', '/v1.0/publish/messages/orders', '{"items":1}')],
  ]);
  readonly redis: RedisServer;
  readonly sidecar: Running;
  readonly prometheus: PrometheusServer;
  readonly load: Load;
  /** Pages that were read on the side, as strictly as their format is written, and what broke them. */
  pages = 0;
  readonly faults: unknown[] = [];
  /** The added view's total when the bad file was refused, and some scrapes later. */
  readonly whileRefused: number[] = [];
  readonly #folder: string;

  private constructor(folder: string, redis: RedisServer, sidecar: Running, prometheus: PrometheusServer) {
    this.#folder = folder;
    this.redis = redis;
    this.sidecar = sidecar;
    this.prometheus = prometheus;
    this.load = new Load(sidecar.api, [...this.kinds.values()]);
  }

  static async start(): Promise<ReloadScenario> {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-reload-'));
    await writeFile(join(folder, 'oriel.yaml'), 'enabled: true\n');
    const redis = await RedisServer.start();
    const flags = [
      '--no-traffic',
      `--redis=${redis.socket}`,
      `--metrics-config=${join(folder, 'oriel.yaml')}`,
    ];
    const sidecar = await startSidecar(...flags);
    const prometheus = await PrometheusServer.start(new URL(sidecar.metrics), '2s');
    return new ReloadScenario(folder, redis, sidecar, prometheus);
  }

  async stop(): Promise<void> {
    await this.prometheus.stop();
    await this.sidecar.stop();
    await this.redis.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Fires, reloads meanwhile, and waits until Prometheus has scraped what came last. */
  async run(): Promise<void> {
    const firing = this.load.run();
    const over = new AbortController();
    const reading = this.#readPages(over.signal);
    await this.#reload().finally(() => this.load.stop());
    await firing;
    await this.#delivered();
    await this.until(`timestamp(up) > ${Date.now() / 1000}`);
    over.abort();
    await reading;
  }

  // Messages come after the requests that published them; whether all came is for the tests to say.
  async #delivered(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      if (this.redis.calls('xack') >= this.redis.calls('xadd')) return;
      await sleep(100);
    }
  }

  /** Waits until a query gives a number, or anything. */
  async until(query: string, wanted?: number): Promise<void> {
    let value = Number.NaN;
    for (let tries = 0; tries < 900; tries++) {
      value = await this.prometheus.value(query).catch(() => Number.NaN);
      if (wanted === undefined ? !Number.isNaN(value) : value === wanted) return;
      await sleep(100);
    }
    const log = this.sidecar.output();
    throw new Error(`${query} is ${value} and not ${wanted} after 90 s; the sidecar says: ${log}`);
  }

  async #reload(): Promise<void> {
    await this.until('count_over_time(http_server_requests_total{method="PUT"}[1h]) > 1');
    await this.#write(`views: [${added}]\n`);
    await this.until('requests_by_status_total > 0');
    await this.#write(`views: [${added}, ${changed}]\n`);
    await this.until('count(http_client_request_duration_seconds_bucket{path="/stock"})', 4);
    await this.#write(`views: [${added}, ${changed}, ${dropped}]\n`);
    await this.until('absent(http_server_request_size_bytes_count)', 1);
    await this.#write('views:\n  - name: http_client_request_duration_seconds\n    bounds: [3, 1]\n');
    await this.until('oriel_config_last_reload_successful', 0);
    await this.#growth();
    await this.#write('enabled: true\n');
    this.sidecar.signal('SIGHUP');
    await this.until('oriel_config_last_reload_successful', 1);
    await this.until('http_server_request_size_bytes_count > 0');
  }

  async #growth(): Promise<void> {
    const total = 'sum(requests_by_status_total)';
    this.whileRefused.push(await this.prometheus.value(total));
    await this.until(`${total} > ${this.whileRefused[0]}`);
    this.whileRefused.push(await this.prometheus.value(total));
  }

  // Renamed into place, as an operator should.
  async #write(text: string): Promise<void> {
    await writeFile(join(this.#folder, 'new'), text);
    await rename(join(this.#folder, 'new'), join(this.#folder, 'oriel.yaml'));
  }

  async #readPages(over: AbortSignal): Promise<void> {
    for (; !over.aborted; this.pages++) {
      try {
        const response = await fetch(this.sidecar.metrics, { headers: { accept: 'text/plain' } });
        readPage(await response.text(), 'text');
      } catch (error) {
        this.faults.push(error);
      }
      await sleep(100);
    }
  }
}
