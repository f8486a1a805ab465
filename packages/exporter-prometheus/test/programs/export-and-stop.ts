// Exports with everything on, is scraped, shuts down, and prints what was and is left as JSON.
import { createHook } from 'node:async_hooks';
import { type Logger, newExporter } from '@oriel/exporter';
import { Registry } from '@oriel/metrics';
import { prometheus } from '../../src/backend.ts';
import { ask } from '../http-client.ts';

// Timers that do not keep the process alive are seen in no other way. Node's own, for the Date header, does not count.
const timers = new Set<number>();
createHook({
  init(id, type) {
    if (type === 'Timeout' && !new Error().stack?.includes('node:internal/http:')) timers.add(id);
  },
  destroy: (id) => void timers.delete(id),
}).enable();

function left(): { timers: boolean; servers: number } {
  const servers = process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  return { timers: timers.size > 0, servers };
}

const silent = (): void => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };
const exporter = newExporter('shop', {
  registry: new Registry(),
  backends: [prometheus],
  metricsPort: 0,
  metricsListenAddress: '127.0.0.1',
  logger,
  env: {},
});
await exporter.init();
await ask(`http://127.0.0.1:${exporter.options().metricsPort}/metrics`, {
  headers: { 'accept-encoding': 'gzip' },
});
const during = left();
await exporter.shutdown();
await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
console.log(JSON.stringify({ during, after: left() }));
