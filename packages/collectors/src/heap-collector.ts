import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { Collector, Desc, FamilySink } from '@oriel/metrics';
import { counterDesc, gaugeDesc } from './definition.ts';
import { MemoryLimit } from './memory-limit.ts';

/** V8's heap and its spaces, what the heap holds outside of it, and the limits. */
export class HeapCollector implements Collector {
  readonly #descs = heapDescs();
  readonly #limit = new MemoryLimit();

  describe(): Desc[] {
    return Object.values(this.#descs);
  }

  collect(out: FamilySink): void {
    this.#collectHeap(out);
    this.#collectSpaces(out);
    const arrayBuffers = arrayBufferBytes();
    if (arrayBuffers !== undefined) out.gauge(this.#descs.arrayBuffers, arrayBuffers);
    const limit = this.#limit.bytes();
    if (limit !== undefined) out.gauge(this.#descs.memoryLimit, limit);
  }

  #collectHeap(out: FamilySink): void {
    const heap: HeapFigures = getHeapStatistics();
    out.gauge(this.#descs.total, heap.total_heap_size);
    out.gauge(this.#descs.used, heap.used_heap_size);
    out.gauge(this.#descs.limit, heap.heap_size_limit);
    out.gauge(this.#descs.external, heap.external_memory);
    out.gauge(this.#descs.malloced, heap.malloced_memory);
    out.gauge(this.#descs.nativeContexts, heap.number_of_native_contexts);
    out.gauge(this.#descs.detachedContexts, heap.number_of_detached_contexts);
    if (heap.total_allocated_bytes !== undefined) {
      out.counter(this.#descs.allocated, heap.total_allocated_bytes);
    }
  }

  #collectSpaces(out: FamilySink): void {
    for (const space of getHeapSpaceStatistics()) {
      const label = [space.space_name.replace(/_space$/, '')];
      out.gauge(this.#descs.spaceTotal, space.space_size, label);
      out.gauge(this.#descs.spaceUsed, space.space_used_size, label);
      out.gauge(this.#descs.spaceAvailable, space.space_available_size, label);
    }
  }
}

type HeapFigures = ReturnType<typeof getHeapStatistics> & {
  /** From Node 26. */
  readonly total_allocated_bytes?: number;
};

// Only here does node tell them; it reads the resident memory too, which fails without /proc in some sandboxes.
function arrayBufferBytes(): number | undefined {
  try {
    return process.memoryUsage().arrayBuffers;
  } catch {
    return undefined;
  }
}

function heapDescs() {
  const bytes = { unit: 'By' } as const;
  const perSpace = { ...bytes, labelNames: ['space'] } as const;
  return {
    total: gaugeDesc('nodejs_heap_size_total_bytes', 'Size of the heap.', bytes),
    used: gaugeDesc('nodejs_heap_size_used_bytes', 'Part of the heap in use.', bytes),
    limit: gaugeDesc('nodejs_heap_size_limit_bytes', 'Size the heap cannot exceed.', bytes),
    external: gaugeDesc(
      'nodejs_external_memory_bytes',
      'Memory outside the heap that objects on it hold.',
      bytes,
    ),
    arrayBuffers: gaugeDesc(
      'nodejs_array_buffer_memory_bytes',
      'Memory of array buffers, Node.js buffers among them; part of the external memory.',
      bytes,
    ),
    malloced: gaugeDesc('nodejs_malloced_memory_bytes', 'Memory V8 took by malloc for itself.', bytes),
    nativeContexts: gaugeDesc('nodejs_heap_native_contexts', 'Top-level contexts; growth may be a leak.'),
    detachedContexts: gaugeDesc(
      'nodejs_heap_detached_contexts',
      'Contexts that ended and could not be collected yet; more than 0 may be a leak.',
    ),
    allocated: counterDesc('nodejs_heap_allocated_bytes_total', 'Bytes allocated on the heap.', bytes),
    spaceTotal: gaugeDesc('nodejs_heap_space_size_total_bytes', 'Size of a heap space.', perSpace),
    spaceUsed: gaugeDesc('nodejs_heap_space_size_used_bytes', 'Part of a heap space in use.', perSpace),
    spaceAvailable: gaugeDesc(
      'nodejs_heap_space_size_available_bytes',
      'Part of a heap space that is free.',
      perSpace,
    ),
    memoryLimit: gaugeDesc(
      'nodejs_constrained_memory_bytes',
      'Memory limit of the control group, read once per minute.',
      bytes,
    ),
  };
}
