import { describeExporter, type HttpDestination } from '@oriel/testkit';
import { describe } from 'vitest';
import { remoteWrite } from '../src/backend.ts';
import { ReceivedRows } from './received-rows.ts';
import { receiver, understood } from './receiver.ts';

const readers = new WeakMap<HttpDestination, ReceivedRows>();

function rowsAt(destination: HttpDestination): ReceivedRows {
  const rows = readers.get(destination) ?? new ReceivedRows();
  readers.set(destination, rows);
  return rows;
}

const faults = ['absent', 'cut', 'hang', 'refuse', 'throttle', 'fail'] as const;

interface Suite {
  readonly name: string;
  readonly speaks: '1.0' | '2.0';
  readonly settings?: Readonly<Record<string, unknown>>;
}

function suite({ name, speaks, settings = {} }: Suite): void {
  describe(name, () => {
    describeExporter({
      name: 'remote-write',
      backend: remoteWrite,
      destination: () => receiver(speaks),
      config: ({ port }) => ({
        exporters: [`remote-write+http://127.0.0.1:${port}`],
        backendSettings: { 'remote-write': settings },
      }),
      read: (destination) => rowsAt(destination).of(understood(destination.take(), speaks)),
      capabilities: { direction: 'push', faults, created: speaks === '2.0' },
    });
  });
}

suite({ name: 'a receiver of 2.0', speaks: '2.0' });
suite({ name: 'a receiver of 1.0', speaks: '1.0', settings: { protocol: '1.0' } });
suite({ name: 'a receiver of 1.0 that is found out', speaks: '1.0', settings: { maxSamplesPerSend: 100 } });
