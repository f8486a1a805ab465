// Mounts a handler into Express, asks it, prints what came as JSON, and ends by itself.
import type { AddressInfo } from 'node:net';
import { Gauge, Registry } from '@oriel/metrics';
import express from 'express';
import { scrapeHandler } from '../../src/scrape-handler.ts';
import { ask } from '../http-client.ts';

const registry = new Registry();
const gauge = new Gauge({ name: 'a', help: '' });
gauge.set(1);
registry.register(gauge);
registry.register(new Gauge({ name: 'b', help: '' }));
const handler = scrapeHandler({ registry });

const app = express();
app.use((_, response, next) => {
  response.vary('Origin');
  next();
});
app.use('/used', handler);
app.get('/got', handler);

const server = app.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked: [method: string, path: string][] = [
    ['GET', '/used?name[]=a'],
    ['GET', '/got?name[]=a'],
    ['HEAD', '/got'],
    ['POST', '/used'],
    ['GET', '/elsewhere'],
  ];
  const answers = asked.map(async ([method, path]) => {
    const { status, headers, text } = await ask(url, { method, path });
    return { status, vary: headers.vary, text: status === 200 ? text : '' };
  });
  console.log(JSON.stringify(await Promise.all(answers)));
  server.close();
});
