import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { routesFor, tupleOf } from './workload.ts';

export const SERIES = 100_000;
export const SERIES_A_MESSAGE = 2000;
export const BYTES = 100e6;

/** What is the same on all series. */
export const identity: readonly { readonly name: string; readonly value: string }[] = [
  { name: 'instance', value: 'host-17.example:9090' },
  { name: 'job', value: 'orders' },
];

const routes = routesFor(SERIES);

/** Labels of a series. */
export function labelsOf(series: number): ReturnType<typeof tupleOf> {
  return tupleOf(series, routes);
}

// Takes everything, and says so as a receiver of 2.0 does.
const program = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const written = { 'x-prometheus-remote-write-samples-written': '0' };
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204, written).end());
}).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Starts a receiver on a thread of its own. */
export async function receiver(): Promise<{ readonly port: number; close(): Promise<unknown> }> {
  const worker = new Worker(program, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  return { port, close: () => worker.terminate() };
}
