import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Series of one push. */
export const SERIES = 100_000;

// A socket of Node's reads whenever its thread has a turn: this thread never has another.
const program = `
const { createSocket } = require('node:dgram');
const { parentPort } = require('node:worker_threads');
const socket = createSocket('udp4').bind(0, '127.0.0.1', () => {
  parentPort.postMessage(socket.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;

/** A socket that takes datagrams and reads none: the system throws away what does not fit. */
export async function deafSocket(): Promise<{ readonly port: number; close(): Promise<unknown> }> {
  const worker = new Worker(program, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  return { port, close: () => worker.terminate() };
}

/** The least bytes that so many lines with three labels take. */
export const LEAST_BYTES: number = SERIES * 30;
