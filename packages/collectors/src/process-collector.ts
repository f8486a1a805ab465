import type { Desc, FamilySink } from '@oriel/metrics';
import { counterDesc, gaugeDesc } from './definition.ts';
import { ProcFolder } from './proc-folder.ts';
import { bytesField, countField, netstatField, softLimit } from './proc-text.ts';
import type { StartableCollector } from './startable-collector.ts';

export interface ProcessCollectorOptions {
  /** Where the proc file system is mounted. Default: `/proc`. */
  readonly procRoot?: string;
}

/**
 * The standard `process_*` metrics.
 *
 * Shape: CPU time and start time come from Node, resident memory too where it must, all others from files
 * below `procRoot`. What cannot be read, because the system has no such file or a permission forbids it, is left out.
 * Cost: about 110 us a scrape, nearly all in three synchronous file reads and one look at `self/fd`.
 * Source: Prometheus, "Writing client libraries", section "Process metrics".
 *
 * @example
 * import { Registry } from '@oriel/metrics';
 *
 * const registry = new Registry();
 * registry.register(processCollector());
 * const { families } = await registry.gather();
 * assert.ok(families.some((family) => family.name === 'process_cpu_seconds_total'));
 */
export function processCollector(options: ProcessCollectorOptions = {}): StartableCollector {
  return new ProcessCollector(new ProcFolder(options.procRoot ?? '/proc'));
}

class ProcessCollector implements StartableCollector {
  readonly #descs = processDescs();
  readonly #proc: ProcFolder;

  constructor(proc: ProcFolder) {
    this.#proc = proc;
  }

  describe(): Desc[] {
    return Object.values(this.#descs);
  }

  collect(out: FamilySink): void {
    out.gauge(this.#descs.startTime, performance.timeOrigin / 1000);
    this.#collectCpu(out);
    this.#collectStatus(out);
    this.#collectDescriptors(out);
    this.#collectNetwork(out);
  }

  // All figures are read when they are asked for: there is nothing to start.
  start(): void {}

  stop(): void {}

  [Symbol.dispose](): void {}

  #collectCpu(out: FamilySink): void {
    const { user, system } = process.cpuUsage();
    const since = { created: performance.timeOrigin };
    out.counter(this.#descs.cpuUser, user / 1e6, [], since);
    out.counter(this.#descs.cpuSystem, system / 1e6, [], since);
    out.counter(this.#descs.cpu, (user + system) / 1e6, [], since);
  }

  #collectStatus(out: FamilySink): void {
    const status = this.#proc.read('self/status') ?? '';
    gaugeIfKnown(out, this.#descs.residentMemory, bytesField(status, 'VmRSS') ?? residentBytes());
    gaugeIfKnown(out, this.#descs.virtualMemory, bytesField(status, 'VmSize'));
    gaugeIfKnown(out, this.#descs.heap, bytesField(status, 'VmData'));
    gaugeIfKnown(out, this.#descs.threads, countField(status, 'Threads'));
  }

  #collectDescriptors(out: FamilySink): void {
    const limits = this.#proc.read('self/limits') ?? '';
    gaugeIfKnown(out, this.#descs.maxFds, softLimit(limits, 'Max open files'));
    gaugeIfKnown(out, this.#descs.virtualMemoryMax, softLimit(limits, 'Max address space'));
    gaugeIfKnown(out, this.#descs.openFds, this.#proc.countDescriptors('self/fd'));
  }

  #collectNetwork(out: FamilySink): void {
    const netstat = this.#proc.read('self/net/netstat') ?? '';
    const received = netstatField(netstat, 'IpExt', 'InOctets');
    const transmitted = netstatField(netstat, 'IpExt', 'OutOctets');
    if (received !== undefined) out.counter(this.#descs.networkReceive, received);
    if (transmitted !== undefined) out.counter(this.#descs.networkTransmit, transmitted);
  }
}

function gaugeIfKnown(out: FamilySink, desc: Desc, value: number | undefined): void {
  if (value !== undefined) out.gauge(desc, value);
}

// Throws where the system does not tell, for example in a sandbox without /proc.
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

function processDescs() {
  const seconds = { unit: 's' } as const;
  const bytes = { unit: 'By' } as const;
  return {
    cpuUser: counterDesc('process_cpu_user_seconds_total', 'User CPU time spent.', seconds),
    cpuSystem: counterDesc('process_cpu_system_seconds_total', 'System CPU time spent.', seconds),
    cpu: counterDesc('process_cpu_seconds_total', 'User and system CPU time spent.', seconds),
    startTime: gaugeDesc(
      'process_start_time_seconds',
      'When the process started, since the Unix epoch.',
      seconds,
    ),
    residentMemory: gaugeDesc('process_resident_memory_bytes', 'Memory held in RAM.', bytes),
    virtualMemory: gaugeDesc('process_virtual_memory_bytes', 'Address space in use.', bytes),
    virtualMemoryMax: gaugeDesc(
      'process_virtual_memory_max_bytes',
      'Limit of the address space; 2^64 - 1 where there is none.',
      bytes,
    ),
    heap: gaugeDesc('process_heap_bytes', 'Size of the data segment, as the system counts it.', bytes),
    openFds: gaugeDesc('process_open_fds', 'Open file descriptors.'),
    maxFds: gaugeDesc('process_max_fds', 'Limit of open file descriptors.'),
    threads: gaugeDesc('process_threads', 'Threads of the operating system in the process.'),
    networkReceive: counterDesc(
      'process_network_receive_bytes_total',
      "Bytes received over IPv4 in the process's network namespace.",
      bytes,
    ),
    networkTransmit: counterDesc(
      'process_network_transmit_bytes_total',
      "Bytes sent over IPv4 in the process's network namespace.",
      bytes,
    ),
  };
}
