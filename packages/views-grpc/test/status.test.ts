import { once } from 'node:events';
import { connect } from 'node:http2';
import {
  type handleUnaryCall,
  Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { statusName } from '../src/index.ts';
import { call, echoing, echoingBut } from './calls.ts';
import { bytes, Echo, echo } from './echo.ts';

const codes = Object.values(status).filter((code) => typeof code === 'number');
const one = [Buffer.from('a')];

test('statusName() knows each status of gRPC, names numbers to 99, and nothing else makes a label', () => {
  expect(codes).toHaveLength(17);
  expect(codes.map((code) => statusName(code))).toEqual(Object.keys(status).filter((key) => /\D/.test(key)));
  expect([17, 42, 99].map(statusName)).toEqual(['CODE_17', 'CODE_42', 'CODE_99']);
  for (const code of [100, 1e9, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(statusName(code)).toBe('UNKNOWN');
  }
});

test('every status a handler can answer with is counted once under its name on both sides', async () => {
  const answer: handleUnaryCall<Buffer, Buffer> = ({ request }, callback) => {
    const code = request[0] ?? 0;
    callback(code === 0 ? null : { code, details: 'no', metadata: new Metadata() }, Buffer.alloc(3));
  };
  await using rpc = await Echo.start(echoingBut({ Unary: answer }));
  const sent = [...codes, 42];
  for (const code of sent) expect((await call(rpc.client, 'Unary', [Buffer.from([code])])).code).toBe(code);
  const expected = Object.fromEntries(sent.map((code) => [`test.Echo/Unary ${statusName(code)}`, 1]));
  for (const side of ['client', 'server'] as const) {
    await rpc.figures.ends(side, sent.length);
    expect(rpc.figures.completed(side)).toEqual(expected);
    expect(rpc.figures.rows(`grpc.io/${side}/started_rpcs`)).toEqual([['test.Echo/Unary', 18]]);
  }
  // A failed unary call answers no message.
  expect(rpc.figures.rows('grpc.io/server/sent_bytes_per_rpc')).toEqual([['test.Echo/Unary', 18, 3]]);
  expect(rpc.figures.rows('grpc.io/client/received_messages_per_rpc')).toEqual([['test.Echo/Unary', 18, 1]]);
});

test('a stream that fails after some messages counts these messages', async () => {
  const Chat = (stream: ServerDuplexStream<Buffer, Buffer>) => {
    stream.once('data', () => {
      stream.write(Buffer.alloc(10));
      stream.emit('error', { code: status.DATA_LOSS, details: 'lost' });
    });
  };
  await using rpc = await Echo.start(echoingBut({ Chat }));
  expect((await call(rpc.client, 'Chat', [Buffer.alloc(4)])).code).toBe(status.DATA_LOSS);
  const [server] = await rpc.figures.ends('server', 1);
  expect(server).toMatchObject({ status: 'DATA_LOSS', sentMessages: 1, sentBytes: 10, receivedBytes: 4 });
  const [client] = await rpc.figures.ends('client', 1);
  expect(client).toMatchObject({ status: 'DATA_LOSS', sentBytes: 4, receivedBytes: 10 });
});

describe('what grpc-js answers by itself is counted with the status it sends', () => {
  const thrower = () => {
    throw new Error('no');
  };

  test.each(['Unary', 'Collect', 'Spread', 'Chat'] as const)('%s: a handler that throws', async (name) => {
    await using rpc = await Echo.start(echoingBut({ [name]: thrower }));
    expect((await call(rpc.client, name, one)).code).toBe(status.UNKNOWN);
    for (const side of ['client', 'server'] as const) {
      await rpc.figures.ends(side, 1);
      expect(rpc.figures.completed(side)).toEqual({ [`test.Echo/${name} UNKNOWN`]: 1 });
    }
  });

  test('a method without a handler', async () => {
    await using rpc = await Echo.start({ Collect: thrower });
    expect((await call(rpc.client, 'Unary', one)).code).toBe(status.UNIMPLEMENTED);
    await rpc.figures.ends('server', 1);
    expect(rpc.figures.completed('server')).toEqual({ 'test.Echo/Unary UNIMPLEMENTED': 1 });
  });

  test.each([
    ['a request that cannot be read', { requestDeserialize: thrower }],
    ['an answer that cannot be written', { responseSerialize: thrower }],
  ])('%s', async (_, broken) => {
    const service = { ...echo, Unary: { ...echo.Unary, ...broken } };
    await using rpc = await Echo.start(echoing(), { service });
    expect((await call(rpc.client, 'Unary', one)).code).toBe(status.INTERNAL);
    await rpc.figures.ends('server', 1);
    expect(rpc.figures.completed('server')).toEqual({ 'test.Echo/Unary INTERNAL': 1 });
  });

  test('a request beyond the size that the server takes', async () => {
    await using rpc = await Echo.start(echoing(), {
      serverOptions: { 'grpc.max_receive_message_length': 100 },
    });
    expect((await call(rpc.client, 'Unary', [Buffer.alloc(101)])).code).toBe(status.RESOURCE_EXHAUSTED);
    const [server] = await rpc.figures.ends('server', 1);
    expect(server).toMatchObject({ status: 'RESOURCE_EXHAUSTED', receivedMessages: 0, receivedBytes: 0 });
  });

  test('an answer beyond the size that the server sends', async () => {
    await using rpc = await Echo.start(echoing(), { serverOptions: { 'grpc.max_send_message_length': 100 } });
    expect((await call(rpc.client, 'Unary', [Buffer.alloc(101)])).code).toBe(status.RESOURCE_EXHAUSTED);
    const [server] = await rpc.figures.ends('server', 1);
    expect(server?.status).toBe('RESOURCE_EXHAUSTED');
  });

  test('a time-out that is none', async () => {
    await using rpc = await Echo.start(echoing());
    const metadata = new Metadata();
    metadata.set('grpc-timeout', 'soon');
    expect((await call(rpc.client, 'Unary', one, { metadata })).code).toBe(status.INTERNAL);
    await rpc.figures.ends('server', 1);
    expect(rpc.figures.completed('server')).toEqual({ 'test.Echo/Unary INTERNAL': 1 });
  });

  test('an answer that the client cannot read', async () => {
    await using rpc = await Echo.start(echoing());
    const code = await new Promise((resolve) => {
      rpc.client.makeUnaryRequest('/test.Echo/Unary', bytes, thrower, one[0] as Buffer, (error) =>
        resolve(error?.code),
      );
    });
    expect(code).toBe(status.INTERNAL);
    const [client] = await rpc.figures.ends('client', 1);
    expect(client).toMatchObject({ status: 'INTERNAL', receivedMessages: 1, receivedBytes: 1 });
  });

  test('a request that the client cannot write', async () => {
    await using rpc = await Echo.start(echoing());
    const code = await new Promise((resolve) => {
      rpc.client.makeUnaryRequest('/test.Echo/Unary', thrower, bytes, one[0] as Buffer, (error) =>
        resolve(error?.code),
      );
    });
    expect(code).toBe(status.INTERNAL);
    const [client] = await rpc.figures.ends('client', 1);
    expect(client).toMatchObject({ status: 'INTERNAL', sentMessages: 0, sentBytes: 0 });
  });
});

test('a stream without a message, answered with an empty one, counts none in and one of no bytes out', async () => {
  const Collect = (_: unknown, callback: sendUnaryData<Buffer>) => callback(null, Buffer.alloc(0));
  await using rpc = await Echo.start(echoingBut({ Collect }));
  expect((await call(rpc.client, 'Collect', [])).code).toBe(status.OK);
  const [server] = await rpc.figures.ends('server', 1);
  expect(server).toMatchObject({ receivedMessages: 0, receivedBytes: 0, sentMessages: 1, sentBytes: 0 });
});

test('a unary request without a message is refused by grpc-js and counted once, without messages', async () => {
  await using rpc = await Echo.start(echoing());
  const session = connect(`http://${rpc.address}`);
  const headers = { ':method': 'POST', ':path': '/test.Echo/Unary', 'content-type': 'application/grpc' };
  const request = session.request(headers);
  request.end();
  await once(request.resume(), 'end');
  session.close();
  await once(session, 'close');
  const [server] = await rpc.figures.ends('server', 1);
  expect(server).toMatchObject({
    status: 'UNIMPLEMENTED',
    receivedMessages: 0,
    sentMessages: 0,
    sentBytes: 0,
  });
  expect(rpc.figures.rows('grpc.io/server/received_bytes_per_rpc')).toEqual([['test.Echo/Unary', 1, 0]]);
});

test('a unary answer that is nothing at all fails as it did, and counts no message', async () => {
  const Unary = (_: unknown, callback: sendUnaryData<Buffer>) => callback(null, undefined);
  await using rpc = await Echo.start(echoingBut({ Unary }));
  expect((await call(rpc.client, 'Unary', one)).code).toBe(status.INTERNAL);
  const [[client], [server]] = [await rpc.figures.ends('client', 1), await rpc.figures.ends('server', 1)];
  expect(server).toMatchObject({ status: 'INTERNAL', sentMessages: 0, sentBytes: 0 });
  expect(client).toMatchObject({ status: 'INTERNAL', receivedMessages: 0, receivedBytes: 0 });
});

test('the time a server says it took is measured by a client, and lies within the round trip', async () => {
  await using rpc = await Echo.start(echoing(), { server: { sendServerLatency: true } });
  for (const name of ['Unary', 'Chat'] as const) {
    const { status: got } = await call(rpc.client, name, one);
    expect(got.code ?? 0).toBe(0);
  }
  for (const client of await rpc.figures.ends('client', 2)) {
    expect(client.serverLatencyMs).toBeGreaterThan(0);
    expect(client.serverLatencyMs).toBeLessThan(client.latencyMs);
  }
  const rows = rpc.figures.rows('grpc.io/client/server_latency');
  expect(rows.map(([method, count]) => [method, count])).toEqual([
    ['test.Echo/Chat', 1],
    ['test.Echo/Unary', 1],
  ]);
});

test('a server’s time is not sent unless asked for, and trailers that cannot be read are no time', async () => {
  const Spread = (stream: ServerWritableStream<Buffer, Buffer>) => {
    const trailers = new Metadata();
    trailers.set('grpc-server-stats-bin', Buffer.from([0, 0, 1]));
    stream.end(trailers);
  };
  const Unary = (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    const trailers = new Metadata();
    trailers.set('grpc-server-stats-bin', Buffer.from([0, 0, 0x40, 0x42, 0x0f, 0, 0, 0, 0, 0]));
    callback(null, Buffer.alloc(1), trailers);
  };
  await using rpc = await Echo.start(echoingBut({ Spread, Unary }));
  for (const name of ['Spread', 'Chat', 'Unary'] as const) await call(rpc.client, name, one);
  const clients = await rpc.figures.ends('client', 3);
  // The last one is a million nanoseconds, written by hand.
  expect(clients.map(({ serverLatencyMs }) => serverLatencyMs)).toEqual([Number.NaN, Number.NaN, 1]);
});
