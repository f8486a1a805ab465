import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newExporter } from '@oriel/exporter';
import { backend as otlp } from '@oriel/exporter-otlp';
import { prometheus } from '@oriel/exporter-prometheus';
import { backend as pushgateway } from '@oriel/exporter-pushgateway';
import { backend as remoteWrite } from '@oriel/exporter-remote-write';
import { backend as statsd } from '@oriel/exporter-statsd';
import { Counter, Histogram, Registry } from '@oriel/metrics';
import {
  type HttpDestination,
  httpDestination,
  logLines,
  type Row,
  rowsOfPage,
  scrape,
  type TcpDestination,
  tcpDestination,
} from '@oriel/testkit';
import { expect, test } from 'vitest';
import { takeRows } from '../../packages/exporter-otlp/test/http-receiver.ts';
import { RealGateway } from '../../packages/exporter-pushgateway/test/real-gateway.ts';
import { ReceivedRows } from '../../packages/exporter-remote-write/test/received-rows.ts';
import { receiver } from '../../packages/exporter-remote-write/test/receiver.ts';
import { readLines } from '../../packages/exporter-statsd/test/line-reader.ts';
import { hasTool } from '../support/tools.ts';

/** How long the program records; a minute and more for a soak. */
const SECONDS: number = Number(process.env.ORIEL_SOAK_SECONDS ?? 5);
const KINDS = 50;

/** What a destination knows at the end: calls by kind, and how many sizes were observed. */
type Totals = Readonly<Record<string, number>>;

class Program {
  readonly registry: Registry = new Registry();
  readonly calls: Counter<'kind'> = new Counter({
    name: 'calls_total',
    help: 'Calls.',
    labelNames: ['kind'],
  });
  readonly sizes: Histogram = new Histogram({
    name: 'answer_bytes',
    help: 'Sizes.',
    buckets: [10, 100, 1000],
  });
  readonly totals: Record<string, number> = { sizes: 0 };

  constructor() {
    this.registry.register(this.calls);
    this.registry.register(this.sizes);
  }

  /** Records as fast as it can, with a pause each few milliseconds for everything else. */
  async work(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1000;
    for (let turn = 0; performance.now() < until; turn++) {
      for (let i = 0; i < 5000; i++) this.#record(turn + i);
      await pause(1);
    }
  }

  #record(i: number): void {
    const kind = `k${i % KINDS}`;
    this.calls.inc({ kind });
    this.sizes.observe(i % 2000);
    this.totals[kind] = (this.totals[kind] ?? 0) + 1;
    this.totals.sizes++;
  }
}

/** The last value of each series, for destinations that are sent totals. */
function last(rows: readonly Row[]): Totals {
  const totals: Record<string, number> = {};
  for (const { name, labels, value, count } of rows) {
    if (name.startsWith('calls')) totals[labels.kind] = value ?? Number.NaN;
    if (name.startsWith('answer_bytes')) totals.sizes = count ?? Number.NaN;
  }
  return totals;
}

/** The sum of all lines: StatsD is sent what was added. */
function added(packet: string): Totals {
  const totals: Record<string, number> = {};
  for (const { name, tags, value } of readLines(packet, 'graphite')) {
    const key = name.startsWith('calls') ? tags.kind : name === 'answer_bytes.count' ? 'sizes' : undefined;
    if (key !== undefined) totals[key] = (totals[key] ?? 0) + value;
  }
  return totals;
}

function jsonTotals(file: string): Totals {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return last(lines.map((line) => JSON.parse(line) as Row));
}

interface Destinations {
  readonly folder: string;
  readonly otlp: HttpDestination;
  readonly remote: HttpDestination;
  readonly statsd: TcpDestination;
  readonly gateway: RealGateway | undefined;
}

async function destinations(): Promise<Destinations> {
  return {
    folder: mkdtempSync(join(tmpdir(), 'oriel-all-')),
    otlp: await httpDestination(),
    remote: await receiver('2.0'),
    statsd: await tcpDestination(),
    gateway: hasTool('pushgateway') ? await RealGateway.start() : undefined,
  };
}

async function close({ folder, gateway, ...others }: Destinations): Promise<void> {
  for (const one of Object.values(others)) await one.close();
  await gateway?.end();
  rmSync(folder, { recursive: true });
}

test(
  'every backend at once on one registry under load ends with the totals that were recorded',
  async () => {
    const at = await destinations();
    const program = new Program();
    const logger = logLines();
    const intervalMs = 200;
    const exporter = newExporter('', {
      registry: program.registry,
      backends: [prometheus, otlp, remoteWrite, statsd, pushgateway],
      logger,
      env: {},
      metricsPort: 0,
      metricsListenAddress: '127.0.0.1',
      exporters: [
        'prometheus',
        `otlp+http://127.0.0.1:${at.otlp.port}`,
        `remote-write+http://127.0.0.1:${at.remote.port}`,
        `statsd+tcp://127.0.0.1:${at.statsd.port}?nameTags=graphite`,
        `file://${join(at.folder, 'metrics.json')}`,
        ...(at.gateway === undefined ? [] : [`pushgateway+${at.gateway.url}/metrics/job/all`]),
      ],
      backendSettings: {
        prometheus: { openTelemetry: false },
        otlp: { intervalMs },
        'remote-write': { intervalMs },
        statsd: { intervalMs, histograms: 'buckets' },
        file: { intervalMs },
        pushgateway: { intervalMs },
      },
    });
    try {
      await exporter.init();
      const url = `http://127.0.0.1:${exporter.options().metricsPort}/metrics`;
      await scrapeWhile(program.work(SECONDS), url);
      const scraped = last((await scrape(url)).rows);
      await exporter.shutdown();
      const { totals } = program;
      expect(Object.keys(totals)).toHaveLength(KINDS + 1);
      expect(scraped, 'prometheus').toEqual(totals);
      expect(last(takeRows(at.otlp)), 'otlp').toEqual(totals);
      expect(last(new ReceivedRows().of(at.remote.take())), 'remote write').toEqual(totals);
      expect(added(at.statsd.take().join('\n')), 'statsd').toEqual(totals);
      expect(jsonTotals(join(at.folder, 'metrics.json')), 'file').toEqual(totals);
      if (at.gateway !== undefined) expect(last(await at.gateway.rows()), 'pushgateway').toEqual(totals);
      expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    } finally {
      await exporter.shutdown();
      await close(at);
    }
  },
  (SECONDS + 60) * 1000,
);

/** Scrapes again and again while something else goes on; every page must be whole. */
async function scrapeWhile(work: Promise<void>, url: string): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const page = await (await fetch(url)).text();
    rowsOfPage(page, 'text');
    await pause(100);
  }
  await done;
}
