import { newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import { registerViews } from '@oriel/stats';
import { demoApps } from './apps.ts';
import { helpText, readCommandLine } from './command-line.ts';
import { views } from './metrics.ts';
import { Router } from './router.ts';
import { startServer } from './sidecar-server.ts';
import { StateStores } from './state-stores.ts';
import { startTraffic } from './traffic.ts';

async function main(): Promise<void> {
  const exporter = newExporter('sidecar', { backends: [prometheus] });
  const options = exporter.options();
  const { help, port: wanted, traffic: moving } = readCommandLine(process.argv.slice(2), options);
  if (help) {
    console.log(helpText(options));
    return;
  }
  const ended = stopped();
  registerViews(...views);
  await exporter.init();
  const router = new Router(demoApps(), new StateStores('orders'));
  const { server, port } = await startServer(router, wanted);
  const base = `http://127.0.0.1:${port}`;
  const traffic = moving ? startTraffic(base) : undefined;

  console.log(`sidecar   ${base}/v1.0/invoke/inventory/method/stock`);
  if (options.metricsEnabled)
    console.log(`metrics   http://127.0.0.1:${options.metricsPort}${options.metricsPath}`);
  console.log('Ctrl-C ends it');

  await ended;
  await traffic?.stop();
  server.close();
  server.closeAllConnections();
  await exporter.shutdown();
}

/** Resolves at the first signal to end; a second one ends at once. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
