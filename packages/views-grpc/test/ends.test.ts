import { createServer, type Socket } from 'node:net';
import {
  Client,
  credentials,
  Metadata,
  type ServerDuplexStream,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { grpcClientInterceptor } from '../src/index.ts';
import { call, echoing, echoingBut } from './calls.ts';
import { bytes, Echo, type EchoName, Figures } from './echo.ts';

const one = [Buffer.from([1, 2, 3])];
const names: readonly EchoName[] = ['Unary', 'Collect', 'Spread', 'Chat'];
const hanging = { Unary: () => {}, Collect: () => {}, Spread: () => {}, Chat: () => {} };

/** Opens a call of any kind and leaves it open. */
function open(client: Client, name: EchoName): { cancel(): void } {
  const ignore = () => {};
  const path = `/test.Echo/${name}`;
  switch (name) {
    case 'Unary':
      return client.makeUnaryRequest(path, bytes, bytes, one[0] as Buffer, ignore);
    case 'Collect':
      return client.makeClientStreamRequest(path, bytes, bytes, ignore);
    case 'Spread':
      return client
        .makeServerStreamRequest(path, bytes, bytes, one[0] as Buffer)
        .on('data', ignore)
        .on('error', ignore);
    case 'Chat':
      return client.makeBidiStreamRequest(path, bytes, bytes).on('data', ignore).on('error', ignore);
  }
}

function expectOnce(figures: Figures, side: 'client' | 'server', name: EchoName, ending: string): void {
  const method = `test.Echo/${name}`;
  expect(figures.rows(`grpc.io/${side}/started_rpcs`)).toEqual([[method, 1]]);
  expect(figures.completed(side)).toEqual({ [`${method} ${ending}`]: 1 });
  const latency = side === 'client' ? 'roundtrip_latency' : 'server_latency';
  expect(figures.rows(`grpc.io/${side}/${latency}`)[0]?.[1]).toBe(1);
}

const serverSees = (figures: Figures, count = 1) =>
  figures.until(() => figures.startedCalls.filter(({ side }) => side === 'server').length >= count);

test.each(names)('%s: a call that the client cancels is CANCELLED once on both sides', async (name) => {
  await using rpc = await Echo.start(hanging);
  const { figures } = rpc;
  const opened = open(rpc.client, name);
  await serverSees(figures);
  opened.cancel();
  opened.cancel();
  await figures.ends('client', 1);
  await figures.ends('server', 1);
  expectOnce(figures, 'client', name, 'CANCELLED');
  expectOnce(figures, 'server', name, 'CANCELLED');
});

test.each(names)(
  '%s: a deadline is DEADLINE_EXCEEDED for the client, and leaves no call open at the server',
  async (name) => {
    await using rpc = await Echo.start(hanging);
    const { code } = await call(rpc.client, name, one, { options: { deadline: Date.now() + 60 } });
    expect(code).toBe(status.DEADLINE_EXCEEDED);
    await rpc.figures.ends('client', 1);
    expectOnce(rpc.figures, 'client', name, 'DEADLINE_EXCEEDED');
    // The server may not even have heard of it; if it has, it ends it too, by its own timer or as the client gives up.
    const { startedCalls, endedCalls } = rpc.figures;
    await rpc.figures.until(() => endedCalls.length === startedCalls.length);
    const statuses = endedCalls.filter(({ side }) => side === 'server').map((ended) => ended.status);
    expect(['', 'DEADLINE_EXCEEDED', 'CANCELLED']).toContain(statuses.join());
  },
);

test.each(names)(
  '%s: a deadline that only the server keeps is DEADLINE_EXCEEDED on both sides',
  async (name) => {
    await using rpc = await Echo.start(hanging);
    const metadata = new Metadata();
    metadata.set('grpc-timeout', '30m');
    expect((await call(rpc.client, name, one, { metadata })).code).toBe(status.DEADLINE_EXCEEDED);
    for (const side of ['client', 'server'] as const) {
      await rpc.figures.ends(side, 1);
      expectOnce(rpc.figures, side, name, 'DEADLINE_EXCEEDED');
    }
  },
);

test('a deadline in the middle of a stream leaves the messages counted that were exchanged before', async () => {
  const answered: number[] = [];
  const Chat = (stream: ServerDuplexStream<Buffer, Buffer>) => {
    const at = answered.push(0) - 1;
    stream.on('data', (message: Buffer) => {
      answered[at]++;
      stream.write(message);
    });
  };
  await using rpc = await Echo.start(echoingBut({ Chat }));
  const got: number[] = [];
  // Longer each time, until a machine of any speed gets an answer through.
  for (let timeout = 50; (got.at(-1) ?? 0) === 0; timeout *= 2) {
    const metadata = new Metadata();
    metadata.set('grpc-timeout', `${timeout}m`);
    const stream = rpc.client.makeBidiStreamRequest('/test.Echo/Chat', bytes, bytes, metadata);
    const at = got.push(0) - 1;
    stream.on('data', (message: Buffer) => {
      got[at]++;
      if (got[at] < 20) stream.write(message);
    });
    stream.on('error', () => {});
    stream.write(Buffer.alloc(100));
    await rpc.figures.ends('server', got.length);
    await rpc.figures.ends('client', got.length);
  }
  const [server] = (await rpc.figures.ends('server', got.length)).slice(-1);
  const [client] = (await rpc.figures.ends('client', got.length)).slice(-1);
  const messages = answered.at(-1) as number;
  expect(server).toMatchObject({ status: 'DEADLINE_EXCEEDED', receivedMessages: messages });
  expect(server.receivedBytes).toBe(messages * 100);
  expect(client).toMatchObject({ status: 'DEADLINE_EXCEEDED', receivedMessages: got.at(-1) });
  expect(client.receivedBytes).toBe((got.at(-1) as number) * 100);
  expect(client.sentMessages).toBeGreaterThanOrEqual(messages);
});

test.each(names)('%s: a server that is shut down ends its open calls', async (name) => {
  await using rpc = await Echo.start(hanging);
  open(rpc.client, name);
  await serverSees(rpc.figures);
  rpc.server.forceShutdown();
  const [server] = await rpc.figures.ends('server', 1);
  const [client] = await rpc.figures.ends('client', 1);
  expect(server?.status).toBe('CANCELLED');
  expectOnce(rpc.figures, 'server', name, 'CANCELLED');
  expectOnce(rpc.figures, 'client', name, client?.status ?? '');
  expect(client?.status).not.toBe('OK');
});

test('a server that is shut down gently counts the call it waited for as what it became', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<sendUnaryData<Buffer>>();
  const Unary = (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => ask(callback);
  await using rpc = await Echo.start(echoingBut({ Unary }));
  const outcome = call(rpc.client, 'Unary', one);
  const answer = await asked;
  const closed = new Promise((resolve) => rpc.server.tryShutdown(resolve));
  answer(null, Buffer.alloc(5));
  expect((await outcome).code).toBe(status.OK);
  expectOnce(rpc.figures, 'server', 'Unary', 'OK');
  rpc.client.close();
  await closed;
});

test('a client whose connection breaks is CANCELLED at the server, and what the handler answers then changes nothing', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<sendUnaryData<Buffer>>();
  const Unary = (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => ask(callback);
  await using rpc = await Echo.start(echoingBut({ Unary }));
  const sockets: Socket[] = [];
  const [, port] = rpc.address.split(':');
  const proxy = createServer((socket) => {
    const through = new (socket.constructor as typeof Socket)();
    sockets.push(socket, through);
    through.connect(Number(port), '127.0.0.1');
    for (const each of [socket, through]) each.on('error', () => {});
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port: broken } = proxy.address() as { port: number };
  const client = new Client(`127.0.0.1:${broken}`, credentials.createInsecure());
  const outcome = call(client, 'Unary', one);
  const answer = await asked;
  for (const socket of sockets) socket.destroy();
  await rpc.figures.ends('server', 1);
  answer(null, Buffer.alloc(9));
  expect((await outcome).code).toBe(status.UNAVAILABLE);
  client.close();
  proxy.close();
  const [server] = rpc.figures.endedCalls;
  expect(server).toMatchObject({ status: 'CANCELLED', sentMessages: 0, sentBytes: 0 });
  expectOnce(rpc.figures, 'server', 'Unary', 'CANCELLED');
});

test('a server that nobody answers for is UNAVAILABLE for the client', async () => {
  const rpc = await Echo.start(echoing());
  const { address } = rpc;
  await rpc[Symbol.asyncDispose]();
  const figures = new Figures();
  const client = new Client(address, credentials.createInsecure(), {
    interceptors: [grpcClientInterceptor({ stats: figures.stats, recorder: figures })],
  });
  expect((await call(client, 'Unary', one)).code).toBe(status.UNAVAILABLE);
  expectOnce(figures, 'client', 'Unary', 'UNAVAILABLE');
  client.close();
});

test('a call on a client that is closed throws as it did, and starts nothing', async () => {
  await using rpc = await Echo.start(echoing());
  rpc.client.close();
  await expect(call(rpc.client, 'Unary', one)).rejects.toThrow(/shut down|closed/i);
  expect(rpc.figures.startedCalls).toEqual([]);
});

test('what the channel retries is one RPC of the client with one message, and one of the server for each try', async () => {
  let tries = 0;
  const Unary = ({ request }: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    tries++;
    if (tries < 3) callback({ code: status.UNAVAILABLE, details: 'again', metadata: new Metadata() });
    else callback(null, request);
  };
  const retryPolicy = {
    ...{ maxAttempts: 4, initialBackoff: '0.01s', maxBackoff: '0.02s', backoffMultiplier: 1 },
    retryableStatusCodes: ['UNAVAILABLE'],
  };
  const config = { loadBalancingConfig: [], methodConfig: [{ name: [{}], retryPolicy }] };
  await using rpc = await Echo.start(echoingBut({ Unary }), {
    clientOptions: { 'grpc.service_config': JSON.stringify(config) },
  });
  expect((await call(rpc.client, 'Unary', one)).code).toBe(status.OK);
  await rpc.figures.ends('server', 3);
  expectOnce(rpc.figures, 'client', 'Unary', 'OK');
  expect(rpc.figures.rows('grpc.io/client/sent_bytes_per_rpc')).toEqual([['test.Echo/Unary', 1, 3]]);
  expect(rpc.figures.completed('server')).toEqual({
    'test.Echo/Unary OK': 1,
    'test.Echo/Unary UNAVAILABLE': 2,
  });
});

test('what the channel hedges is one RPC of the client, and each copy ends once at the server', async () => {
  let calls = 0;
  const Unary = ({ request }: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    calls++;
    // The first copies never answer.
    if (calls === 3) callback(null, request);
  };
  const hedgingPolicy = { maxAttempts: 3, hedgingDelay: '0.01s', nonFatalStatusCodes: [] };
  const config = { loadBalancingConfig: [], methodConfig: [{ name: [{}], hedgingPolicy }] };
  await using rpc = await Echo.start(echoingBut({ Unary }), {
    clientOptions: { 'grpc.service_config': JSON.stringify(config) },
  });
  expect((await call(rpc.client, 'Unary', one)).code).toBe(status.OK);
  await rpc.figures.ends('server', 3);
  expectOnce(rpc.figures, 'client', 'Unary', 'OK');
  expect(rpc.figures.completed('server')).toEqual({
    'test.Echo/Unary OK': 1,
    'test.Echo/Unary CANCELLED': 2,
  });
});

test('a handler that answers twice is counted once, with the status that goes out', async () => {
  const Unary = ({ request }: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    callback(null, request);
    callback({ code: status.ABORTED, details: 'no' });
  };
  await using rpc = await Echo.start(echoingBut({ Unary }));
  expect((await call(rpc.client, 'Unary', one)).code).toBe(status.ABORTED);
  await rpc.figures.ends('server', 1);
  expectOnce(rpc.figures, 'server', 'Unary', 'ABORTED');
});

test('a status for a client that was cut off in the same turn never went out', async () => {
  const Unary = (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    rpc.server.forceShutdown();
    callback({ code: status.ABORTED, details: 'no' });
  };
  await using rpc = await Echo.start(echoingBut({ Unary }));
  expect((await call(rpc.client, 'Unary', one)).code).not.toBe(status.ABORTED);
  await rpc.figures.ends('server', 1);
  expectOnce(rpc.figures, 'server', 'Unary', 'CANCELLED');
});

test('an interceptor that answers by itself, before the handler is asked, ends the RPC with its status', async () => {
  const refuse: ServerInterceptor = (_, next) =>
    new ServerInterceptingCall(next, {
      start: () => next.sendStatus({ code: status.UNAUTHENTICATED, details: 'who' }),
    });
  await using rpc = await Echo.start(echoing(), { outer: [refuse] });
  expect((await call(rpc.client, 'Chat', one)).code).toBe(status.UNAUTHENTICATED);
  const [server] = await rpc.figures.ends('server', 1);
  expect(server?.metadata).toBeUndefined();
  expectOnce(rpc.figures, 'server', 'Chat', 'UNAUTHENTICATED');
});

test('an RPC that an interceptor holds for ever ends when its client leaves', async () => {
  const { promise: held, resolve: holding } = Promise.withResolvers<void>();
  const hold: ServerInterceptor = (_, next) => new ServerInterceptingCall(next, { start: () => holding() });
  await using rpc = await Echo.start(echoing(), { outer: [hold] });
  const opened = open(rpc.client, 'Unary');
  await held;
  opened.cancel();
  await rpc.figures.ends('server', 1);
  expectOnce(rpc.figures, 'server', 'Unary', 'CANCELLED');
});

test('interceptors that work asynchronously, on both sides of the measuring one, change no figure', async () => {
  const slow: ServerInterceptor = (_, next) => {
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, go) => setImmediate(go, metadata))
      .withOnReceiveMessage((message, go) => setImmediate(go, message))
      .build();
    return new ServerInterceptingCall(next, {
      start: (go) => setImmediate(go, listener),
      sendMessage: (message, go) => setImmediate(go, message),
    });
  };
  await using rpc = await Echo.start(echoing(), { inner: [slow], outer: [slow] });
  expect((await call(rpc.client, 'Unary', one)).code).toBe(status.OK);
  const [server] = await rpc.figures.ends('server', 1);
  expect(server).toMatchObject({ receivedMessages: 1, receivedBytes: 3, sentMessages: 1, sentBytes: 3 });
  expectOnce(rpc.figures, 'server', 'Unary', 'OK');
});

test('an answer that comes before the client has said all is the end', async () => {
  const Collect = (_: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
    callback(null, Buffer.alloc(2));
  await using rpc = await Echo.start(echoingBut({ Collect }));
  open(rpc.client, 'Collect');
  await rpc.figures.ends('server', 1);
  await rpc.figures.ends('client', 1);
  expectOnce(rpc.figures, 'server', 'Collect', 'OK');
  expectOnce(rpc.figures, 'client', 'Collect', 'OK');
});

test('a client that reads nothing and leaves does not keep a stream open', async () => {
  const Spread = (stream: ServerWritableStream<Buffer, Buffer>) => {
    const more = () => {
      while (stream.write(Buffer.alloc(100_000)));
      stream.once('drain', more);
    };
    more();
  };
  await using rpc = await Echo.start(echoingBut({ Spread }));
  const stream = rpc.client.makeServerStreamRequest('/test.Echo/Spread', bytes, bytes, one[0] as Buffer);
  stream.on('error', () => {});
  await serverSees(rpc.figures);
  stream.cancel();
  await rpc.figures.ends('server', 1);
  await rpc.figures.ends('client', 1);
  expectOnce(rpc.figures, 'server', 'Spread', 'CANCELLED');
  expectOnce(rpc.figures, 'client', 'Spread', 'CANCELLED');
});

test('a thousand calls at once, of all kinds and half of them cancelled, each start and end once', async () => {
  await using rpc = await Echo.start(echoingBut({ Chat: () => {}, Collect: () => {} }));
  const calls = Array.from({ length: 1000 }, (_, i) => open(rpc.client, names[i % 4] as EchoName));
  await serverSees(rpc.figures, 1000);
  for (const [i, opened] of calls.entries()) if (i % 4 === 1 || i % 4 === 3) opened.cancel();
  for (const side of ['client', 'server'] as const) {
    await rpc.figures.ends(side, 1000);
    const started = rpc.figures.rows(`grpc.io/${side}/started_rpcs`).map(([, count]) => count);
    expect(started).toEqual([250, 250, 250, 250]);
    expect(rpc.figures.completed(side)).toEqual({
      'test.Echo/Unary OK': 250,
      'test.Echo/Spread OK': 250,
      'test.Echo/Chat CANCELLED': 250,
      'test.Echo/Collect CANCELLED': 250,
    });
  }
});
