import { Gauge, Registry } from '@oriel/metrics';
import { logLines } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { newExporter } from '../src/exporter.ts';
import { ProbeBackend } from './probe-backend.ts';
import { samplesOf } from './samples.ts';

function exporterOn(registry: Registry, logger = logLines()) {
  const backends = [new ProbeBackend('probe').backend];
  return newExporter('x', { registry, logger, env: {}, backends, exporters: ['probe'] });
}

async function ups(registry: Registry): Promise<string[]> {
  return Object.keys(await samplesOf(registry)).filter((name) => name.includes('backend_up'));
}

test('two exporters on one registry have a series each, until each shuts down', async () => {
  const registry = new Registry();
  const [first, second] = [exporterOn(registry), exporterOn(registry)];
  await first.init();
  await second.init();
  const [one, two] = [
    'oriel_exporter_backend_up{backend="probe"}',
    'oriel_exporter_backend_up{backend="probe#2"}',
  ];
  expect(await ups(registry)).toEqual([one, two]);
  await first.shutdown();
  expect(await ups(registry)).toEqual([two]);
  await second.shutdown();
  expect(await ups(registry)).toEqual([]);
});

test('three exporters one after the other on one registry leave no series and no error behind', async () => {
  const registry = new Registry();
  for (let round = 0; round < 3; round++) {
    const exporter = exporterOn(registry);
    await exporter.init();
    expect(await ups(registry)).toHaveLength(1);
    await exporter.shutdown();
    expect(await samplesOf(registry)).toEqual({});
  }
});

test('somebody else’s family of the same name costs the self-metrics and not the export', async () => {
  const registry = new Registry();
  const logger = logLines();
  registry.register(new Gauge({ name: 'oriel_exporter_backend_up', help: 'Mine.' }));
  const exporter = exporterOn(registry, logger);
  await exporter.init();
  expect(exporter.backends()).toMatchObject([{ state: 'up' }]);
  expect(logger.messages('warn')[0]).toMatch(/^Cannot register the self-metrics of backend "probe": /);
  await exporter.shutdown();
  expect(await ups(registry)).toEqual(['oriel_exporter_backend_up{}']);
});
