import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A daemon on a Unix datagram socket that stands still until it is told to read. */
export interface StuckReader {
  readonly path: string;
  /** What it has read. */
  readonly packets: readonly Buffer[];
  read(): void;
  end(): Promise<void>;
}

const daemon = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DgramSocket } = require(workerData.module);
  const socket = new DgramSocket();
  socket.on('data', (datagram) => parentPort.postMessage(Buffer.from(datagram)));
  socket.bind(workerData.path);
  parentPort.postMessage('bound');
  Atomics.wait(new Int32Array(workerData.gate), 0, 0);
`;

export async function stuckReader(): Promise<StuckReader> {
  const folder = mkdtempSync(join(tmpdir(), 'oriel-statsd-'));
  const path = join(folder, 'dsd.socket');
  const gate = new SharedArrayBuffer(4);
  const module = createRequire(import.meta.url).resolve('node-unix-socket');
  const worker = new Worker(daemon, { eval: true, workerData: { path, gate, module } });
  await once(worker, 'message');
  const packets: Buffer[] = [];
  worker.on('message', (packet: Uint8Array) => packets.push(Buffer.from(packet)));
  const read = (): void => {
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
  };
  return {
    path,
    packets,
    read,
    async end() {
      read();
      await worker.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
