import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Collector, Desc, type DescOptions, type FamilySink } from '@oriel/metrics';

const whole = (value: number) => value;
const ms = (value: number) => value / 1000;
// In diskstats always, whatever the disk's own sectors are.
const sectors = (value: number) => value * 512;

// Column of diskstats behind the device's name, its unit in ours, metric.
const columns: readonly (readonly [number, (value: number) => number, DescOptions])[] = [
  [0, whole, counter('reads_completed_total', 'Reads that ended.')],
  [2, sectors, counter('read_bytes_total', 'Bytes read.', 'By')],
  [3, ms, counter('read_time_seconds_total', 'Time spent in reads, those side by side added up.', 's')],
  [4, whole, counter('writes_completed_total', 'Writes that ended.')],
  [6, sectors, counter('written_bytes_total', 'Bytes written.', 'By')],
  [7, ms, counter('write_time_seconds_total', 'Time spent in writes, those side by side added up.', 's')],
  [8, whole, { name: 'host_disk_io_now', type: 'gauge', help: 'Requests the device is working on.' }],
  [9, ms, counter('io_time_seconds_total', 'Time in which the device had work.', 's')],
  [10, ms, counter('io_time_weighted_seconds_total', 'Time requests spent in the device.', 's')],
];
// Partitions would count their disk's work a second time.
const ignored =
  /^(ram|zram|loop|fd|sr)\d+$|^(h|s|v|xv)d[a-z]+\d+$|^(nvme\d+(c\d+)?n\d+|mmcblk\d+|nbd\d+|md\d+)p\d+$/;

/** What the disks did since the machine started, from `diskstats` of Linux. */
export class DiskCollector implements Collector {
  readonly #file: string;
  readonly #metrics = columns.map(([column, inUnit, options]) => ({
    column,
    inUnit,
    desc: new Desc({ ...options, labelNames: ['device'] }),
  }));

  constructor(procRoot: string) {
    this.#file = join(procRoot, 'diskstats');
  }

  describe(): Iterable<Desc> {
    return this.#metrics.map(({ desc }) => desc);
  }

  async collect(out: FamilySink): Promise<void> {
    const disks = parseDiskstats(await readFile(this.#file, 'utf8'));
    for (const [device, figures] of disks) {
      for (const { column, inUnit, desc } of this.#metrics) {
        const value = inUnit(figures[column]);
        if (desc.type === 'gauge') out.gauge(desc, value, [device]);
        else out.counter(desc, value, [device]);
      }
    }
  }
}

/** The figures behind each device's name; devices without one of their own are left out. */
export function parseDiskstats(text: string): Map<string, readonly number[]> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const disks = lines.filter(([, , device, ...figures]) => figures.length >= 11 && !ignored.test(device));
  return new Map(disks.map(([, , device, ...figures]) => [device, figures.map(Number)]));
}

function counter(name: string, help: string, unit?: string): DescOptions {
  return { name: `host_disk_${name}`, type: 'counter', help, unit };
}
