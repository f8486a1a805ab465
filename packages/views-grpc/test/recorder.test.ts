import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { Registry } from '@oriel/metrics';
import { Stats, TagMap } from '@oriel/stats';
import { expect, test } from 'vitest';
import { FaultCounter } from '../src/fault-counter.ts';
import { GuardedRecorder } from '../src/guarded-recorder.ts';
import {
  type GrpcCall,
  type GrpcRecorder,
  grpcClientInterceptor,
  grpcServerInterceptor,
  grpcServerViews,
  openCensusRecorder,
} from '../src/index.ts';
import { MethodNames } from '../src/method-names.ts';
import { Rpc } from '../src/rpc.ts';
import { call, echoing } from './calls.ts';
import { Echo, Figures } from './echo.ts';

const three = [Buffer.alloc(1), Buffer.alloc(2), Buffer.alloc(3)];

/** Writes down what it is told. */
class Diary implements GrpcRecorder {
  readonly lines: string[] = [];
  readonly calls: GrpcCall[] = [];
  readonly #done = Promise.withResolvers<void>();
  readonly done: Promise<void> = this.#done.promise;

  started({ kind, method, status }: GrpcCall): void {
    this.lines.push(`started ${kind} ${method} "${status}"`);
  }

  sent({ sentMessages, sentBytes }: GrpcCall, bytes: number): void {
    this.lines.push(`sent ${bytes}, ${sentBytes} in ${sentMessages}`);
  }

  received({ receivedMessages, receivedBytes }: GrpcCall, bytes: number): void {
    this.lines.push(`received ${bytes}, ${receivedBytes} in ${receivedMessages}`);
  }

  ended(call: GrpcCall): void {
    this.lines.push(`ended ${call.status} ${call.statusCode}`);
    this.calls.push(call);
    this.#done.resolve();
  }
}

test('a recorder of one’s own is told the start, every message and the end, in order', async () => {
  const [client, server] = [new Diary(), new Diary()];
  await using rpc = await Echo.start(echoing(), {
    client: { recorder: client },
    server: { recorder: server },
  });
  const metadata = new Metadata();
  metadata.set('caller-id', 'shop');
  await call(rpc.client, 'Collect', three, { metadata });
  await server.done;
  expect(server.lines).toEqual([
    'started clientStream test.Echo/Collect ""',
    ...['received 1, 1 in 1', 'received 2, 3 in 2', 'received 3, 6 in 3'],
    ...['sent 6, 6 in 1', 'ended OK 0'],
  ]);
  expect(client.lines).toEqual([
    'started clientStream test.Echo/Collect ""',
    ...['sent 1, 1 in 1', 'sent 2, 3 in 2', 'sent 3, 6 in 3'],
    ...['received 6, 6 in 1', 'ended OK 0'],
  ]);
  const [ended] = server.calls;
  expect(ended).toMatchObject({ side: 'server', path: '/test.Echo/Collect' });
  expect(ended?.metadata?.get('caller-id')).toEqual(['shop']);
  expect(client.calls[0]?.metadata?.get('caller-id')).toEqual(['shop']);
  // Nobody recorded OpenCensus's measures.
  expect(rpc.figures.rows('grpc.io/server/started_rpcs')).toEqual([]);
});

test.each(['Unary', 'Collect', 'Spread', 'Chat'] as const)('%s has its kind', async (name) => {
  await using rpc = await Echo.start(echoing());
  await call(rpc.client, name, three);
  const [[client], [server]] = [await rpc.figures.ends('client', 1), await rpc.figures.ends('server', 1)];
  const kinds = { Unary: 'unary', Collect: 'clientStream', Spread: 'serverStream', Chat: 'bidi' };
  expect([client?.kind, server?.kind]).toEqual([kinds[name], kinds[name]]);
});

test('a recorder that throws at everything fails no RPC, and each throw is counted', async () => {
  const fail = () => {
    throw new Error('no');
  };
  const recorder = { started: fail, sent: fail, received: fail, ended: fail };
  const figures = new Figures();
  await using rpc = await Echo.start(echoing(), { figures, client: { recorder }, server: { recorder } });
  const { code, messages } = await call(rpc.client, 'Chat', three);
  expect([code, messages.length]).toEqual([0, 3]);
  expect(figures.rows('oriel/grpc/faults')).toEqual([
    ['recorder_failed', 'client', 8],
    ['recorder_failed', 'server', 8],
  ]);
});

test('two interceptors on one server and one client count the same, side by side', async () => {
  const second = new Figures();
  const given = { stats: second.stats, recorder: second };
  await using rpc = await Echo.start(echoing(), {
    outer: [grpcServerInterceptor(given)],
    innerClient: [grpcClientInterceptor(given)],
  });
  await call(rpc.client, 'Chat', three);
  for (const figures of [rpc.figures, second]) {
    for (const side of ['client', 'server'] as const) {
      await figures.ends(side, 1);
      expect(figures.completed(side)).toEqual({ 'test.Echo/Chat OK': 1 });
      expect(figures.rows(`grpc.io/${side}/sent_bytes_per_rpc`)).toEqual([['test.Echo/Chat', 1, 6]]);
      expect(figures.rows(`grpc.io/${side}/received_messages_per_rpc`)).toEqual([['test.Echo/Chat', 1, 3]]);
    }
  }
});

// An interceptor may hand on an object of its own, behind which grpc-js cannot be reached.
function opaque<T extends object>(target: T): T {
  const hidden = ['nextCall', 'handler', 'methodDefinition', 'stream'];
  return new Proxy(Object.create(null) as T, {
    get(_, name) {
      const member = hidden.includes(String(name)) ? undefined : (Reflect.get(target, name) as unknown);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

test('calls that grpc-js did not make tell no sizes: messages and statuses are counted, bytes are not made up', async () => {
  const inner: ServerInterceptor = (_, next) => opaque(new ServerInterceptingCall(next));
  await using rpc = await Echo.start(echoing(), {
    inner: [inner],
    innerClient: [(options, next) => opaque(next(options)) as never],
  });
  expect((await call(rpc.client, 'Collect', three)).code).toBe(0);
  expect((await call(rpc.client, 'Unary', [Buffer.alloc(1)])).code).toBe(0);
  const [server] = await rpc.figures.ends('server', 2);
  const [client] = await rpc.figures.ends('client', 2);
  expect(server).toMatchObject({ status: 'OK', receivedMessages: 3, sentMessages: 1, sentBytes: Number.NaN });
  expect(client).toMatchObject({ status: 'OK', sentMessages: 3, receivedMessages: 1, sentBytes: Number.NaN });
  expect(rpc.figures.rows('grpc.io/server/sent_bytes_per_rpc')).toEqual([]);
  expect(rpc.figures.rows('grpc.io/server/received_messages_per_rpc')).toEqual([
    ['test.Echo/Collect', 1, 3],
    ['test.Echo/Unary', 1, 1],
  ]);
});

test('behind such an object, an answer without a message and one of another interceptor end as they should', async () => {
  const refuse: ServerInterceptor = (_, next) =>
    new ServerInterceptingCall(next, {
      start: () => next.sendStatus({ code: status.UNAUTHENTICATED, details: 'who' }),
    });
  await using rpc = await Echo.start(echoing(), {
    inner: [(_, next) => opaque(new ServerInterceptingCall(next))],
    outer: [refuse],
    innerClient: [(options, next) => opaque(next(options)) as never],
  });
  expect((await call(rpc.client, 'Unary', three)).code).toBe(status.UNAUTHENTICATED);
  const [[client], [server]] = [await rpc.figures.ends('client', 1), await rpc.figures.ends('server', 1)];
  expect(client).toMatchObject({ status: 'UNAUTHENTICATED', sentMessages: 1, receivedMessages: 0 });
  expect(server).toMatchObject({ status: 'UNAUTHENTICATED', sentMessages: 0, receivedMessages: 0 });
});

test('views that come and go while RPCs run hold what was recorded since', async () => {
  const stats = new Stats({ registry: new Registry() });
  const recorder = openCensusRecorder({ stats });
  const figures = new Figures();
  await using rpc = await Echo.start(echoing(), {
    client: { recorder: figures },
    server: { stats, recorder },
  });
  await call(rpc.client, 'Unary', three);
  stats.registerViews(...grpcServerViews(stats));
  for (let i = 0; i < 2; i++) await call(rpc.client, 'Unary', three);
  const [row] = stats.retrieveData('grpc.io/server/completed_rpcs');
  expect(row?.value).toBe(2);
  stats.unregisterViews('grpc.io/server/completed_rpcs');
  await call(rpc.client, 'Unary', three);
  stats.registerViews(...grpcServerViews(stats));
  expect(stats.retrieveData('grpc.io/server/completed_rpcs')).toEqual([]);
  expect(stats.retrieveData('grpc.io/server/started_rpcs')[0]?.value).toBe(3);
});

test('openCensusRecorder() keeps figures right for more methods than it keeps recorders for', () => {
  const figures = new Figures();
  const recorder = openCensusRecorder({ stats: figures.stats });
  const guarded = new GuardedRecorder(recorder, new FaultCounter('client', figures.stats));
  const names = new MethodNames(5000, () => {});
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 5000; i++) {
      const method = { path: `/m${i}`, requestStream: false, responseStream: false };
      new Rpc('client', method, names, guarded).start(undefined, TagMap.empty);
    }
  }
  const rows = figures.rows('grpc.io/client/started_rpcs');
  expect(rows).toHaveLength(5000);
  expect(rows.every(([, count]) => count === 2)).toBe(true);
});

test("tags that the operator's file adds to a view come from the RPC's tags from then on", () => {
  const { stats } = new Figures();
  const guarded = new GuardedRecorder(openCensusRecorder({ stats }), new FaultCounter('client', stats));
  const names = new MethodNames(5, () => {});
  const start = (): void => {
    const rpc = new Rpc(
      'client',
      { path: '/m', requestStream: false, responseStream: false },
      names,
      guarded,
    );
    rpc.start(undefined, TagMap.of({ tenant: 'a' }));
  };
  const rowsOf = (name: string) => stats.retrieveData(name).map(({ tags, value }) => [tags, value]);
  start();
  const measure = 'grpc.io/client/started_rpcs';
  stats.configure({
    views: [
      { name: measure, tags: ['tenant', 'grpc_client_method'] },
      { name: 'added', measure, aggregation: 'count', tags: ['tenant'] },
    ],
    tags: { rename: { tenant: 'customer' } },
  });
  start();
  expect(rowsOf(measure)).toEqual([[{ customer: 'a', grpc_client_method: 'm' }, 1]]);
  expect(rowsOf('added')).toEqual([[{ customer: 'a' }, 1]]);
});

// What methods that each come once leave on the heap, of a client that limits none.
const program = (index: string) => `
  const { openCensusRecorder, grpcClientViews } = await import(${JSON.stringify(index)});
  const { Registry } = await import('@oriel/metrics');
  const { Stats, TagMap } = await import('@oriel/stats');
  const stats = new Stats({ registry: new Registry() });
  const recorder = openCensusRecorder({ stats });
  let at = 0;
  const flood = (count) => {
    for (const end = at + count; at < end; at++) {
      recorder.started({ side: 'client', method: 'scan.Service/Method' + at, tags: TagMap.empty });
    }
  };
  flood(20_000);
  gc();
  const before = process.memoryUsage().heapUsed;
  flood(200_000);
  gc();
  console.log(process.memoryUsage().heapUsed - before);
  recorder.started({ side: 'client', method: 'm', tags: TagMap.empty });
`;

test('200,000 methods that come once leave less than 4 MB of recorders on the heap', async () => {
  const index = new URL('../src/index.ts', import.meta.url).href;
  const args = ['--conditions=oriel-source', '--expose-gc', '--input-type=module', '--eval', program(index)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  expect(Number(stdout)).toBeLessThan(4_000_000);
});
