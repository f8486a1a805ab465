import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Series of one push. */
export const SERIES = 100_000;

/** A socket that takes datagrams and reads none: the system throws away what does not fit. */
export async function deafSocket(): Promise<{ readonly port: number; close(): void }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return { port, close: () => void socket.close() };
}

/** The least bytes that so many lines with three labels take. */
export const LEAST_BYTES: number = SERIES * 30;
