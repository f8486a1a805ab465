// A Fastify server whose requests are measured by route, and a page with the figures.
import { newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import { registerViews } from '@oriel/stats';
import { fastifyMetrics, httpServerViews } from '@oriel/views-http';
import Fastify from 'fastify';
import { shopRoutes } from './shop-routes.ts';

registerViews(...httpServerViews());
const app = Fastify();
await app.register(fastifyMetrics); // before the routes
await app.register(shopRoutes, { prefix: '/shop' });

try {
  const exporter = newExporter('', { backends: [prometheus], onStartError: 'throw', logLevel: 'warn' });
  exporter.options().parse();
  await exporter.init();
  const address = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
  console.log(`Serving the shop at ${address}/shop/books/42`);
  console.log(`and its metrics at http://localhost:${exporter.options().metricsPort}/metrics`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A second signal ends the process at once, as signals do without a listener.
    process.once(signal, () => void app.close().then(() => exporter.shutdown()));
  }
} catch (error) {
  console.error(`instrument-fastify: ${(error as Error).message}`);
  process.exitCode = 1;
}
