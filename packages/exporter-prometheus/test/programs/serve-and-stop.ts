// Serves, is scraped over a kept connection, stops, and prints what is left as JSON; it must end by itself.
import { Agent } from 'node:http';
import { Counter, Registry } from '@oriel/metrics';
import { serveMetrics } from '../../src/metrics-server.ts';
import { ask } from '../http-client.ts';

const registry = new Registry();
registry.register(new Counter({ name: 'jobs_total', help: '' }));
const before = process.getActiveResourcesInfo();
const server = await serveMetrics(registry, { port: 0, host: '127.0.0.1' });
const agent = new Agent({ keepAlive: true });
const { status } = await ask(server.url, { agent });
await ask(server.url, { agent, headers: { 'accept-encoding': 'gzip' } });
const during = process.getActiveResourcesInfo();
await server.stop();
// The client's end of the connection closes in its own turn.
await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const servers = (resources: string[]): number => resources.filter((name) => name === 'TCPServerWrap').length;
const timers = (resources: string[]): number => resources.filter((name) => name === 'Timeout').length;
const after = process.getActiveResourcesInfo();
console.log(
  JSON.stringify({
    status,
    servers: [before, during, after].map(servers),
    timers: [before, after].map(timers),
  }),
);
