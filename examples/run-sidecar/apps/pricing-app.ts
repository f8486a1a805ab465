import { setTimeout as sleep } from 'node:timers/promises';
import { Server, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { listen, shutdown } from '../api/grpc-listen.ts';
import type { RunningApp } from './http-app.ts';
import { healthService, pricingService, SERVING } from './pricing-service.ts';

type Call = ServerUnaryCall<string, string>;

/** Starts the app `pricing`, which speaks gRPC, on a free port. */
export async function startPricing(): Promise<RunningApp> {
  const server = new Server();
  server.addService(pricingService, { quote: quoting() });
  server.addService(healthService, {
    check: (_call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
      callback(null, SERVING),
  });
  const port = await listen(server, 0);
  return { port, close: () => shutdown(server) };
}

// One quote in fifteen takes longer than the sidecar waits, and what is not for sale has no price.
function quoting(): (call: Call, callback: sendUnaryData<string>) => void {
  let calls = 0;
  return ({ request }, callback) => {
    if (request.includes('unknown')) callback({ code: status.NOT_FOUND, details: 'it is not for sale' });
    else void sleep(++calls % 15 === 0 ? 700 : 1).then(() => callback(null, '{"price":42}'));
  };
}
