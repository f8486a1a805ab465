import { systemClock } from '@oriel/exporter';
import { expect, test } from 'vitest';
import { DatagramConnection, type DatagramPost } from '../src/datagram-connection.ts';
import { Pace } from '../src/pace.ts';
import { PacketBlock } from '../src/packet-block.ts';
import type { RefusalCause } from '../src/packet-refusal.ts';

/** A socket in this process that answers each packet as it is told, by the packet's number. */
class ToldSocket implements DatagramPost {
  readonly sent: string[] = [];
  readonly lagging: boolean;
  late: Error | undefined;
  readonly #answer: (packet: number) => string | undefined;

  constructor(lagging: boolean, answer: (packet: number) => string | undefined) {
    this.lagging = lagging;
    this.#answer = answer;
  }

  async post(packets: readonly Uint8Array[]): Promise<(Error | undefined)[]> {
    return packets.map((packet) => {
      const code = this.#answer(this.sent.push(Buffer.from(packet).toString()) - 1);
      return code === undefined ? undefined : Object.assign(new Error(code), { code });
    });
  }

  takeError(): Error | undefined {
    const { late } = this;
    this.late = undefined;
    return late;
  }

  close(): void {}
}

function blockOf(packets: number): PacketBlock {
  const block = new PacketBlock(8);
  for (let i = 0; i < packets; i++) {
    block.reserve(8);
    block.bytes.fill(97, block.end, block.end + 8);
    block.bytes[block.end + 8] = 10;
    block.endLine(block.end + 9, 1);
  }
  block.finish();
  return block;
}

function connection(socket: ToldSocket): {
  readonly line: DatagramConnection;
  readonly refused: Partial<Record<RefusalCause, number>>;
  readonly tooLarge: number[];
} {
  const refused: Partial<Record<RefusalCause, number>> = {};
  const tooLarge: number[] = [];
  const line = new DatagramConnection(socket, {
    pace: new Pace(systemClock, 0),
    onRefused: (cause, packets) => {
      refused[cause] = (refused[cause] ?? 0) + packets;
    },
    onTooLarge: (lines, bytes) => tooLarge.push(lines, bytes),
  });
  return { line, refused, tooLarge };
}

test('the first packet goes alone, so that a refusal loses nothing', async () => {
  const socket = new ToldSocket(true, () => undefined);
  const { line, refused } = connection(socket);
  socket.late = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  await expect(line.send(blockOf(100), 0)).rejects.toThrow('gone');
  expect([socket.sent.length, line.taken]).toEqual([1, 0]);
  expect(refused).toEqual({ refused: 1 });
});

test('where the system tells of the packet before, that one is sent again; else the one that failed is', async () => {
  for (const lagging of [true, false]) {
    const socket = new ToldSocket(lagging, (packet) => (packet >= 40 ? 'ECONNREFUSED' : undefined));
    const { line } = connection(socket);
    await expect(line.send(blockOf(100), 0)).rejects.toThrow('ECONNREFUSED');
    expect(line.taken).toBe(lagging ? 39 : 40);
  }
});

test('what is heard after the last packet counts for it', async () => {
  const socket = new ToldSocket(true, () => undefined);
  const { line } = connection(socket);
  await line.send(blockOf(10), 0);
  socket.late = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  await expect(line.finish()).rejects.toThrow('gone');
  expect(line.taken).toBe(9);
});

test('a packet that the system will never take is left out and counted, and the others go', async () => {
  const socket = new ToldSocket(false, (packet) => (packet === 3 ? 'EMSGSIZE' : undefined));
  const { line, refused, tooLarge } = connection(socket);
  await line.send(blockOf(10), 0);
  await line.finish();
  expect([socket.sent.length, line.taken]).toEqual([10, 10]);
  expect([refused, tooLarge]).toEqual([{ too_large: 1 }, [1, 8]]);
});

test('causes are told apart', async () => {
  for (const [code, cause] of [
    ['EAGAIN', 'congested'],
    ['ENOBUFS', 'congested'],
    ['ENOENT', 'refused'],
    ['EPERM', 'other'],
  ]) {
    const { line, refused } = connection(new ToldSocket(false, () => code));
    await expect(line.send(blockOf(1), 0)).rejects.toThrow(code);
    expect(refused).toEqual({ [cause]: 1 });
  }
});
