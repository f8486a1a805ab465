// An exporter for the memory and the disks of the machine it runs on.
import { processCollector } from '@oriel/collectors';
import { serveMetrics } from '@oriel/exporter-prometheus';
import { Registry } from '@oriel/metrics';
import { DiskCollector } from './disk-collector.ts';
import { FilesystemCollector } from './filesystem-collector.ts';
import { type Flags, parseFlags, usage } from './flags.ts';
import { MemoryCollector } from './memory-collector.ts';
import { ObservedCollector } from './observed-collector.ts';
import manifest from './package.json' with { type: 'json' };

function hostRegistry(procRoot: string): Registry {
  const registry = new Registry();
  registry.register(new ObservedCollector('memory', new MemoryCollector(procRoot)));
  registry.register(new ObservedCollector('filesystem', new FilesystemCollector(procRoot)));
  // Only Linux tells; elsewhere the metrics are left out, which is no failure.
  if (process.platform === 'linux') {
    registry.register(new ObservedCollector('disk', new DiskCollector(procRoot)));
  }
  registry.register(processCollector({ procRoot }));
  return registry;
}

async function serve(flags: Flags): Promise<void> {
  const registry = hostRegistry(flags.procRoot);
  const server = await serveMetrics(registry, {
    host: flags.host,
    port: flags.port,
    path: flags.path,
    registerer: registry,
    landing: {
      title: 'Host exporter',
      description: 'Memory and disks of this machine.',
      version: manifest.version,
    },
    onError: (error) => console.error(`host_exporter: ${error.message}`),
  });
  console.log(`Serving host metrics at ${server.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A second signal ends the process at once, as signals do without a listener.
    process.once(signal, () => void server.stop());
  }
}

try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) process.stdout.write(usage);
  else if (flags.version) console.log(`host_exporter ${manifest.version}`);
  else await serve(flags);
} catch (error) {
  console.error(`host_exporter: ${(error as Error).message}`);
  process.exitCode = 1;
}
