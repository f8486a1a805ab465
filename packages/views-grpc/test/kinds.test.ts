import fc from 'fast-check';
import { expect, test } from 'vitest';
import { call, echoing } from './calls.ts';
import { Echo, type EchoName } from './echo.ts';

/** Messages that a kind sends and gets back from the echo. */
const kinds: Readonly<
  Record<EchoName, (sizes: readonly number[]) => { sent: Buffer[]; received: number[] }>
> = {
  Unary: ([size = 0]) => ({ sent: [Buffer.alloc(size, 7)], received: [size] }),
  Collect: (sizes) => ({
    sent: sizes.map((size) => Buffer.alloc(size, 7)),
    received: [sizes.reduce((sum, size) => sum + size, 0)],
  }),
  Spread: (sizes) => ({
    sent: [Buffer.concat([Buffer.from([sizes.length]), Buffer.alloc(sizes[0] ?? 0, 7)])],
    received: sizes.map(() => sizes[0] ?? 0),
  }),
  Chat: (sizes) => ({ sent: sizes.map((size) => Buffer.alloc(size, 7)), received: [...sizes] }),
};

const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);

test.each(Object.keys(kinds) as EchoName[])(
  '%s RPCs: messages and bytes of both sides are those that were sent, whatever their number and sizes',
  async (name) => {
    await using rpc = await Echo.start(echoing());
    const expected = { calls: 0, out: 0, outBytes: 0, back: 0, backBytes: 0 };
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.nat(70_000)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const { sent, received } = kinds[name](lengths);
        const { code, messages } = await call(rpc.client, name, sent);
        expect([code, messages.map(({ length }) => length)]).toEqual([0, received]);
        expected.calls++;
        expected.out += sent.length;
        expected.outBytes += total(sent.map(({ length }) => length));
        expected.back += received.length;
        expected.backBytes += total(received);
      }),
      { numRuns: 25 },
    );
    const { figures } = rpc;
    const method = `test.Echo/${name}`;
    const [there, back] = [
      [expected.out, expected.outBytes],
      [expected.back, expected.backBytes],
    ];
    for (const [side, [out, outBytes], [inward, inwardBytes]] of [
      ['client', there, back],
      ['server', back, there],
    ] as const) {
      await figures.ends(side, expected.calls);
      expect(figures.rows(`grpc.io/${side}/started_rpcs`)).toEqual([[method, expected.calls]]);
      expect(figures.completed(side)).toEqual({ [`${method} OK`]: expected.calls });
      const { calls } = expected;
      expect(figures.rows(`grpc.io/${side}/sent_messages_per_rpc`)).toEqual([[method, calls, out]]);
      expect(figures.rows(`grpc.io/${side}/received_messages_per_rpc`)).toEqual([[method, calls, inward]]);
      expect(figures.rows(`grpc.io/${side}/sent_bytes_per_rpc`)).toEqual([[method, calls, outBytes]]);
      expect(figures.rows(`grpc.io/${side}/received_bytes_per_rpc`)).toEqual([[method, calls, inwardBytes]]);
      if (out > 0) {
        expect(figures.rows(`grpc.io/${side}/sent_messages_per_method`)).toEqual([[method, out]]);
        expect(figures.rows(`grpc.io/${side}/sent_bytes_per_method`)).toEqual([[method, outBytes]]);
      }
      if (inward > 0) {
        expect(figures.rows(`grpc.io/${side}/received_messages_per_method`)).toEqual([[method, inward]]);
        expect(figures.rows(`grpc.io/${side}/received_bytes_per_method`)).toEqual([[method, inwardBytes]]);
      }
    }
    expect(figures.rows('oriel/grpc/faults')).toEqual([]);
  },
);

test('latencies are fractions of milliseconds, the client’s not shorter than the server’s within it', async () => {
  await using rpc = await Echo.start(echoing());
  for (let i = 0; i < 5; i++) await call(rpc.client, 'Unary', [Buffer.from('a')]);
  const [client, server] = [await rpc.figures.ends('client', 5), await rpc.figures.ends('server', 5)];
  for (const [i, { latencyMs }] of client.entries()) {
    expect(latencyMs).toBeGreaterThan(server[i]?.latencyMs ?? Number.NaN);
    expect(server[i]?.latencyMs).toBeGreaterThan(0);
  }
  expect(client.some(({ latencyMs }) => !Number.isInteger(latencyMs))).toBe(true);
  const [, count, sum] = rpc.figures.rows('grpc.io/client/roundtrip_latency')[0] ?? [];
  expect(count).toBe(5);
  expect(sum).toBeCloseTo(
    client.reduce((all, { latencyMs }) => all + latencyMs, 0),
    9,
  );
});

test('compressed messages count as they were before: five bytes in front and compression left aside', async () => {
  await using rpc = await Echo.start(echoing(), {
    clientOptions: { 'grpc.default_compression_algorithm': 2 },
  });
  await call(rpc.client, 'Unary', [Buffer.alloc(100_000)]);
  const [server] = await rpc.figures.ends('server', 1);
  expect([server?.receivedBytes, server?.sentBytes]).toEqual([100_000, 100_000]);
});

test('big messages: 30 MB there and back are 30 MB on both sides', async () => {
  const size = 30 * 1024 * 1024;
  const limits = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
  await using rpc = await Echo.start(echoing(), { serverOptions: limits, clientOptions: limits });
  const { messages } = await call(rpc.client, 'Unary', [Buffer.alloc(size)]);
  expect(messages[0]?.length).toBe(size);
  for (const side of ['client', 'server'] as const) {
    const [ended] = await rpc.figures.ends(side, 1);
    expect([ended?.sentBytes, ended?.receivedBytes]).toEqual([size, size]);
  }
});
