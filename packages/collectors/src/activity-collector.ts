import type { Collector, Desc, FamilySink } from '@oriel/metrics';
import { counterDesc, gaugeDesc } from './definition.ts';

/** What keeps the process alive, what the system did for it, and which Node it is. */
export class ActivityCollector implements Collector {
  readonly #descs = activityDescs();
  // Types seen once are reported for ever, at zero when none is left.
  readonly #resources = new Map<string, number>();

  describe(): Desc[] {
    return Object.values(this.#descs);
  }

  collect(out: FamilySink): void {
    this.#collectResources(out);
    this.#collectUsage(out);
    const [major, minor, patch] = process.versions.node.split(/[.-]/);
    out.gauge(this.#descs.version, 1, [process.version, major, minor, patch]);
  }

  #collectResources(out: FamilySink): void {
    for (const type of this.#resources.keys()) this.#resources.set(type, 0);
    for (const type of process.getActiveResourcesInfo()) {
      this.#resources.set(type, (this.#resources.get(type) ?? 0) + 1);
    }
    for (const [type, count] of this.#resources) out.gauge(this.#descs.resources, count, [type]);
  }

  #collectUsage(out: FamilySink): void {
    const usage = process.resourceUsage();
    out.counter(this.#descs.pageFaults, usage.minorPageFault, ['minor']);
    out.counter(this.#descs.pageFaults, usage.majorPageFault, ['major']);
    out.counter(this.#descs.contextSwitches, usage.voluntaryContextSwitches, ['voluntary']);
    out.counter(this.#descs.contextSwitches, usage.involuntaryContextSwitches, ['involuntary']);
    out.counter(this.#descs.diskReads, usage.fsRead);
    out.counter(this.#descs.diskWrites, usage.fsWrite);
  }
}

function activityDescs() {
  return {
    resources: gaugeDesc('nodejs_active_resources', 'Resources that keep the process alive, by type.', {
      labelNames: ['type'],
    }),
    pageFaults: counterDesc(
      'nodejs_page_faults_total',
      'Page faults, by kind: minor ones are served from memory, major ones from disk.',
      { labelNames: ['kind'] },
    ),
    contextSwitches: counterDesc(
      'nodejs_context_switches_total',
      'Context switches, by kind: voluntary ones wait for something, involuntary ones lost the processor.',
      { labelNames: ['kind'] },
    ),
    diskReads: counterDesc(
      'nodejs_filesystem_reads_total',
      'Times a file system had to read from its device.',
    ),
    diskWrites: counterDesc(
      'nodejs_filesystem_writes_total',
      'Times a file system had to write to its device.',
    ),
    version: gaugeDesc('nodejs_version_info', 'Version of Node.js; the value is always 1.', {
      labelNames: ['version', 'major', 'minor', 'patch'],
    }),
  };
}
