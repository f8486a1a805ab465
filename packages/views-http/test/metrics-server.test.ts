import { newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import { Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { measure } from './measured.ts';
import { serve } from './served.ts';

test('the metrics server is left out by its port, and everything else is measured', async () => {
  const exporter = newExporter('shop', {
    registry: new Registry(),
    backends: [prometheus],
    env: {},
    metricsPort: 0,
    metricsListenAddress: '127.0.0.1',
    logLevel: 'silent',
    onStartError: 'throw',
  });
  const { log } = measure({
    ignore: ({ side, localPort }) => side === 'server' && localPort === exporter.options().metricsPort,
  });
  await exporter.init();
  const { url } = await serve((_, response) => response.end());
  for (let i = 0; i < 3; i++) {
    const page = await fetch(`http://127.0.0.1:${exporter.options().metricsPort}/metrics`);
    expect(await page.text()).toContain('# TYPE');
  }
  await (await fetch(`${url}/orders`)).text();
  expect((await log.until('server', 1)).map(({ path }) => path)).toEqual(['/orders']);
  await exporter.shutdown();
  expect(log.servers).toHaveLength(1);
});
