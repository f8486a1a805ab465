import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Behaviour, Destination } from '@oriel/testkit';
import { DgramSocket } from 'node-unix-socket';

/** A Unix datagram socket in a temporary folder; knows `absent`. */
export interface UnixDestination extends Destination {
  readonly path: string;
  /** The datagrams that came since the last call. */
  take(): Buffer[];
}

export function unixDestination(): UnixDestination {
  const folder = mkdtempSync(join(tmpdir(), 'oriel-statsd-'));
  const path = join(folder, 'dsd.socket');
  let socket: DgramSocket | undefined;
  const datagrams: Buffer[] = [];
  const destination: UnixDestination = {
    path,
    take: () => datagrams.splice(0),
    behave(behaviour: Behaviour) {
      socket?.close();
      socket = undefined;
      rmSync(path, { force: true });
      if (behaviour === 'absent') return;
      socket = new DgramSocket();
      socket.on('data', (datagram: Buffer) => datagrams.push(Buffer.from(datagram)));
      socket.bind(path);
    },
    close() {
      socket?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  destination.behave('well');
  return destination;
}
