import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Collector, Desc, type FamilySink } from '@oriel/metrics';

// Line of meminfo, metric, help.
const fields = [
  ['MemTotal', 'host_memory_total_bytes', 'Memory of the machine.'],
  ['MemFree', 'host_memory_free_bytes', 'Memory nobody uses.'],
  ['MemAvailable', 'host_memory_available_bytes', 'Memory that programs can get without swapping.'],
  ['Buffers', 'host_memory_buffers_bytes', 'Memory that holds raw disk blocks.'],
  ['Cached', 'host_memory_cached_bytes', 'Memory that holds file contents.'],
  ['SwapTotal', 'host_swap_total_bytes', 'Swap space of the machine.'],
  ['SwapFree', 'host_swap_free_bytes', 'Swap space nobody uses.'],
] as const;

/** The memory of the machine, from `meminfo`; where the system has no such file, what Node knows of it. */
export class MemoryCollector implements Collector {
  readonly #file: string;
  readonly #descs = new Map(
    fields.map(([field, name, help]) => [field, new Desc({ name, type: 'gauge', help, unit: 'By' })]),
  );

  constructor(procRoot: string) {
    this.#file = join(procRoot, 'meminfo');
  }

  describe(): Iterable<Desc> {
    return this.#descs.values();
  }

  async collect(out: FamilySink): Promise<void> {
    const memory = existsSync(this.#file) ? parseMeminfo(await readFile(this.#file, 'utf8')) : knownToNode();
    if (!memory.has('MemTotal')) throw new Error(`${this.#file} does not tell the size of the memory`);
    for (const [field, desc] of this.#descs) {
      const bytes = memory.get(field);
      // A value that is not known is left out: neither 0 nor NaN is true.
      if (bytes !== undefined) out.gauge(desc, bytes);
    }
  }
}

/** Bytes by field, from lines such as `MemTotal:   24684096 kB`. */
export function parseMeminfo(text: string): Map<string, number> {
  const lines = text.matchAll(/^(\w+):\s+(\d+) kB$/gm);
  return new Map([...lines].map(([, field, kibibytes]) => [field, Number(kibibytes) * 1024]));
}

function knownToNode(): Map<string, number> {
  return new Map([
    ['MemTotal', totalmem()],
    ['MemFree', freemem()],
  ]);
}
