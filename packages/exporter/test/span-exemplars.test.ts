import { type Collector, type Gatherer, Registry } from '@oriel/metrics';
import { logLines } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { newExporter } from '../src/exporter.ts';
import { ChildProgram } from './child-program.ts';
import { ProbeBackend } from './probe-backend.ts';

const cure = 'mend that, or give the registry a sampler by useExemplars()';

test('the option exemplars warns where OpenTelemetry is not installed, and the rest runs', async () => {
  const program = await ChildProgram.create();
  await program.write(
    'main.mjs',
    `import { defineBackend, newExporter } from '@oriel/exporter';
     const create = ({ registry }) => ({ start: () => console.log('runs', registry.exemplars), flush() {}, stop() {} });
     const logger = { debug() {}, info() {}, warn: (_, message) => console.log(message), error() {} };
     const backends = [defineBackend({ name: 'quiet', create })];
     const exporter = newExporter('x', { backends, exporters: ['quiet'], env: {}, logger });
     exporter.options().parse(['--metrics-exemplars']);
     await exporter.init();
     await exporter.shutdown();`,
  );
  expect(await program.run('main.mjs', '/')).toBe(
    `Cannot keep exemplars: package "@opentelemetry/api" is not installed; ${cure}\nruns undefined\n`,
  );
  await program.remove();
});

test('the option exemplars warns for a registry of another make, and the rest runs', async () => {
  const own = new Registry();
  const registry = {
    register: (collector: Collector) => own.register(collector),
    unregister: (collector: Collector) => own.unregister(collector),
    gather: (...options: Parameters<Gatherer['gather']>) => own.gather(...options),
  };
  const logger = logLines();
  const probe = new ProbeBackend('probe');
  const base = { backends: [probe.backend], exporters: ['probe'], env: {}, logger };
  const exporter = newExporter('x', { ...base, registry, exemplars: true });
  await exporter.init();
  await exporter.shutdown();
  expect(probe.calls).toEqual(['create', 'start', 'stop']);
  expect(logger.messages('warn')).toEqual([
    `Cannot keep exemplars: the registry is not a Registry of @oriel/metrics; ${cure}`,
  ]);
});
