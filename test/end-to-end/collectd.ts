import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '../support/end-process.ts';
import { eventually } from '../support/eventually.ts';

/** A real collectd with its StatsD plugin on a UDP port, that writes down what it has added up several times a second. */
export class Collectd {
  readonly #folder: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, stop: () => Promise<void>) {
    this.#folder = folder;
    this.#stop = stop;
  }

  /** Starts it, with nothing counted yet; it listens once this resolves. */
  static async start(port: number): Promise<Collectd> {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-collectd-'));
    const file = join(folder, 'collectd.conf');
    await writeFile(file, configFor(folder, port));
    const child = spawn('collectd', ['-f', '-C', file], { stdio: 'ignore' });
    const collectd = new Collectd(folder, async () => {
      await endProcess(child);
      await rm(folder, { recursive: true, force: true });
    });
    await eventually('collectd', async () => ((await isBound(port)) ? true : undefined));
    return collectd;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** The totals of counters, `derive-…`, and the values of gauges, `gauge-…`, by what they are called. */
  async values(kind: 'derive' | 'gauge'): Promise<ReadonlyMap<string, number>> {
    const folder = join(this.#folder, 'csv', 'oriel', 'statsd');
    const files = existsSync(folder) ? await readdir(folder) : [];
    const found = files.filter((file) => file.startsWith(`${kind}-`));
    const read = found.map(
      async (file) => [nameIn(file, kind), await lastValue(join(folder, file))] as const,
    );
    return new Map(await Promise.all(read));
  }

  /** Waits until it has counted this much in counters whose names begin so; gives them. */
  async counted(beginning: string, total: number): Promise<ReadonlyMap<string, number>> {
    let counters: ReadonlyMap<string, number> = new Map();
    return eventually(
      () => `collectd, which should count ${total} of ${beginning} and has ${sumOf(counters)},`,
      async () => {
        const all = await this.values('derive');
        counters = new Map([...all].filter(([name]) => name.startsWith(beginning)));
        return sumOf(counters) >= total ? counters : undefined;
      },
    );
  }
}

function sumOf(values: ReadonlyMap<string, number>): number {
  return [...values.values()].reduce((sum, value) => sum + value, 0);
}

function configFor(folder: string, port: number): string {
  return `
    Hostname "oriel"
    FQDNLookup false
    Interval 0.2
    BaseDir "${folder}"
    PIDFile "${join(folder, 'pid')}"
    TypesDB "/usr/share/collectd/types.db"
    LoadPlugin statsd
    LoadPlugin csv
    <Plugin statsd>
      Host "127.0.0.1"
      Port "${port}"
    </Plugin>
    <Plugin csv>
      DataDir "${join(folder, 'csv')}"
      StoreRates false
    </Plugin>
  `;
}

// /proc has the sockets that are bound: ports in hexadecimal.
async function isBound(port: number): Promise<boolean> {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  return (await readFile('/proc/net/udp', 'utf8')).includes(`0100007F:${hexadecimal} `);
}

// derive-calls_total.peer.a-2026-01-31
function nameIn(file: string, kind: string): string {
  return file.slice(kind.length + 1, -'-0000-00-00'.length);
}

// A head line, then "time,value" lines; the last one may be half written.
async function lastValue(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(1, -1);
  return Number(lines.at(-1)?.split(',')[1] ?? Number.NaN);
}
