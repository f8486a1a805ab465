import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReadingSession } from '../case.ts';
import { httpGet } from '../http-get.ts';
import type { PromLibrary } from './prom-library.ts';

/** Default metrics, server, first page. */
export function initSession({ Registry, collectDefaultMetrics }: PromLibrary): ReadingSession {
  return {
    async read() {
      const start = performance.now();
      const register = new Registry();
      collectDefaultMetrics({ register });
      const server = createServer(async (_, response) => {
        response.setHeader('Content-Type', register.contentType);
        response.end(await register.metrics());
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      await httpGet(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
      const ms = performance.now() - start;
      server.close();
      return ms;
    },
  };
}
