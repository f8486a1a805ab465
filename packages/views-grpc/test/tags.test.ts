import {
  type Client,
  Metadata,
  type ServerDuplexStream,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  activeTags,
  count,
  encodeTags,
  insert,
  NO_PROPAGATION,
  TagMap,
  tagFilter,
  upsert,
  view,
  withTags,
} from '@oriel/stats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grpcClientMeasures, grpcServerMeasures } from '../src/index.ts';
import { call, echoing, echoingBut } from './calls.ts';
import { bytes, Echo, type EchoName } from './echo.ts';

const names: readonly EchoName[] = ['Unary', 'Collect', 'Spread', 'Chat'];
const one = [Buffer.from([1, 2, 3])];

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(() => context.disable());

/** Handlers that answer with the tags they run with, after a turn and from inside a stream's events. */
function tellingTags(): UntypedServiceImplementation {
  const tags = () => Buffer.from(JSON.stringify([...activeTags()]));
  return {
    Unary: async (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      await new Promise(setImmediate);
      callback(null, tags());
    },
    Collect: (stream: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      stream.on('data', () => {});
      stream.on('end', () => callback(null, tags()));
    },
    Spread: (stream: ServerWritableStream<Buffer, Buffer>) => {
      // More than fits, so that the last one is written from a callback.
      stream.write(Buffer.alloc(3_000_000), () => {
        stream.write(tags());
        stream.end();
      });
    },
    Chat: (stream: ServerDuplexStream<Buffer, Buffer>) => {
      stream.on('data', () => stream.write(tags()));
      stream.on('end', () => stream.end());
    },
  };
}

async function tagsSeen(client: Client, name: EchoName, metadata?: Metadata): Promise<unknown> {
  const { messages } = await call(client, name, one, { ...(metadata !== undefined && { metadata }) });
  return Object.fromEntries(JSON.parse(String(messages.at(-1))) as [string, string][]);
}

const sending = { client: { sendTags: true }, server: { receiveTags: true } } as const;

test.each(names)('%s: tags do not travel unless both sides are told so', async (name) => {
  const own = { grpc_server_method: `test.Echo/${name}` };
  for (const [options, expected] of [
    [{}, own],
    [{ client: sending.client }, own],
    [{ server: sending.server }, own],
    [sending, { tenant: 'a', ...own }],
    [{ client: sending.client, server: { receiveTags: true, methodTag: false } }, { tenant: 'a' }],
    [{ server: { methodTag: false } }, {}],
  ] as const) {
    await using rpc = await Echo.start(tellingTags(), options);
    expect(await withTags({ tenant: 'a' }, () => tagsSeen(rpc.client, name))).toEqual(expected);
  }
});

test.each(names)('%s: handlers at work side by side each have their own tags', async (name) => {
  await using rpc = await Echo.start(tellingTags(), sending);
  const all = Array.from({ length: 40 }, (_, i) => `${i}`);
  const seen = await Promise.all(all.map((tenant) => withTags({ tenant }, () => tagsSeen(rpc.client, name))));
  expect(seen).toEqual(all.map((tenant) => ({ tenant, grpc_server_method: `test.Echo/${name}` })));
});

test('filters of both sides decide by key, and a tag with NO_PROPAGATION stays', async () => {
  const sendTags = tagFilter([
    { action: 'exclude', match: 'EQUAL', key: 'secret' },
    { action: 'include', match: 'HAS_PREFIX', key: '' },
  ]);
  const receiveTags = tagFilter([{ action: 'include', match: 'HAS_PREFIX', key: 't' }]);
  const tags = [
    ...[insert('tenant', 'a'), insert('secret', 's'), insert('zone', 'z')],
    insert('debug', 'on', { ttl: NO_PROPAGATION }),
  ];
  await using open = await Echo.start(tellingTags(), {
    client: { sendTags },
    server: { receiveTags: true, methodTag: false },
  });
  expect(await withTags(tags, () => tagsSeen(open.client, 'Unary'))).toEqual({ tenant: 'a', zone: 'z' });
  await using strict = await Echo.start(tellingTags(), {
    client: { sendTags },
    server: { receiveTags, methodTag: false },
  });
  expect(await withTags(tags, () => tagsSeen(strict.client, 'Unary'))).toEqual({ tenant: 'a' });
});

test('a handler’s calls send its received tags on, but not the method it serves', async () => {
  await using rpc = await Echo.start(
    {
      ...tellingTags(),
      Unary: async (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
        const { messages } = await call(rpc.client, 'Chat', one);
        callback(null, messages[0] ?? Buffer.alloc(0));
      },
    },
    { client: { sendTags: true }, server: { receiveTags: true, methodTag: true } },
  );
  const seen = await withTags({ tenant: 'a' }, () => tagsSeen(rpc.client, 'Unary'));
  expect(seen).toEqual({ tenant: 'a', grpc_server_method: 'test.Echo/Chat' });
  const headers = rpc.figures.startedCalls
    .filter(({ side }) => side === 'server')
    .map(({ metadata }) => String(metadata?.get('grpc-tags-bin')[0]));
  expect(headers).toHaveLength(2);
  for (const header of headers) expect(header).toBe('\0\0\x06tenant\x01a');
});

test('tags of the caller’s metadata are replaced by what the filter lets out, and its metadata stay as they were', async () => {
  await using rpc = await Echo.start(tellingTags(), sending);
  const metadata = headerOf({ stolen: 'x' });
  const before = metadata.toJSON();
  expect(await tagsSeen(rpc.client, 'Unary', metadata)).toEqual({ grpc_server_method: 'test.Echo/Unary' });
  expect(await withTags({ tenant: 'a' }, () => tagsSeen(rpc.client, 'Unary', metadata))).toMatchObject({
    tenant: 'a',
  });
  expect(metadata.toJSON()).toEqual(before);
});

describe('a header that cannot be read is ignored and counted, and the RPC goes on', () => {
  const long = 'v'.repeat(255);
  const large = Buffer.concat([
    Buffer.from([0]),
    ...Array.from({ length: 40 }, () => Buffer.from(encodeTags(TagMap.of({ k: long })).subarray(1))),
  ]);

  test.each([
    ['a wrong version', Buffer.from([1, 0, 1, 0x6b, 1, 0x76]), 'tags_malformed'],
    ['a version read as signed', Buffer.from([0x80, 0]), 'tags_malformed'],
    ['one that is cut off', Buffer.from([0, 0, 6, 0x6d]), 'tags_malformed'],
    ['a length that runs over', Buffer.from('0000ffffffffffffffffff01', 'hex'), 'tags_malformed'],
    ['a value outside ASCII', Buffer.from([0, 0, 1, 0x6b, 1, 0xe9]), 'tags_malformed'],
    ['more than 8192 bytes', large, 'tags_too_large'],
  ])('%s', async (_, header, cause) => {
    await using rpc = await Echo.start(tellingTags(), { server: { receiveTags: true } });
    for (const name of names) {
      const metadata = new Metadata();
      metadata.set('grpc-tags-bin', header);
      expect(await tagsSeen(rpc.client, name, metadata)).toEqual({ grpc_server_method: `test.Echo/${name}` });
    }
    expect(rpc.figures.rows('oriel/grpc/faults')).toEqual([[cause, 'server', 4]]);
    await rpc.figures.ends('server', 4);
    expect(Object.values(rpc.figures.completed('server'))).toEqual([1, 1, 1, 1]);
  });

  test('two headers', async () => {
    await using rpc = await Echo.start(tellingTags(), { server: { receiveTags: true } });
    const metadata = headerOf({ a: '1' });
    metadata.add('grpc-tags-bin', Buffer.from(encodeTags(TagMap.of({ b: '2' }))));
    expect(await tagsSeen(rpc.client, 'Unary', metadata)).toEqual({ grpc_server_method: 'test.Echo/Unary' });
    expect(rpc.figures.rows('oriel/grpc/faults')).toEqual([['tags_malformed', 'server', 1]]);
  });

  test('an empty one, an empty map and an unknown field are no fault', async () => {
    await using rpc = await Echo.start(tellingTags(), { server: { receiveTags: true, methodTag: false } });
    for (const [header, expected] of [
      [Buffer.from([0]), {}],
      [Buffer.from([0, 0, 1, 0x6b, 1, 0x76, 9, 9]), { k: 'v' }],
    ] as const) {
      const metadata = new Metadata();
      metadata.set('grpc-tags-bin', header);
      expect(await tagsSeen(rpc.client, 'Unary', metadata)).toEqual(expected);
    }
    expect(rpc.figures.rows('oriel/grpc/faults')).toEqual([]);
  });
});

test('tags that cannot travel are left out and counted by cause, and the RPC goes on', async () => {
  await using rpc = await Echo.start(tellingTags(), sending);
  const bad = { tenant: 'a', long: 'x'.repeat(256), accent: 'é' };
  expect(await withTags(bad, () => tagsSeen(rpc.client, 'Unary'))).toMatchObject({ tenant: 'a' });
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, 'v'.repeat(255)]));
  expect(await withTags(many, () => tagsSeen(rpc.client, 'Unary'))).toEqual({
    grpc_server_method: 'test.Echo/Unary',
  });
  expect(rpc.figures.rows('oriel/grpc/faults')).toEqual([
    ['tags_too_large', 'client', 1],
    ['value_not_ascii', 'client', 1],
    ['value_too_long', 'client', 1],
  ]);
});

describe('views with tags beyond method and status', () => {
  test('a view splits outgoing calls by incoming method, and its default neighbours stay as they were', async () => {
    await using rpc = await Echo.start(
      echoingBut({
        Unary: async (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
          await call(rpc.client, 'Chat', one);
          callback(null, Buffer.alloc(1));
        },
      }),
    );
    const { stats } = rpc.figures;
    const byBoth = view({
      name: 'outgoing_by_incoming',
      measure: grpcClientMeasures(stats).roundtrip_latency,
      tagKeys: ['grpc_server_method', 'grpc_client_method', 'grpc_client_status'],
      aggregation: count(),
    });
    await call(rpc.client, 'Unary', one);
    stats.registerViews(byBoth);
    await call(rpc.client, 'Unary', one);
    await call(rpc.client, 'Spread', one);
    await rpc.figures.ends('client', 5);
    expect(rpc.figures.rows('outgoing_by_incoming')).toEqual([
      ['test.Echo/Chat', 'OK', 'test.Echo/Unary', 1],
      ['test.Echo/Spread', 'OK', 1],
      ['test.Echo/Unary', 'OK', 1],
    ]);
    expect(rpc.figures.rows('grpc.io/client/completed_rpcs')).toEqual([
      ['test.Echo/Chat', 'OK', 2],
      ['test.Echo/Spread', 'OK', 1],
      ['test.Echo/Unary', 'OK', 2],
    ]);
  });

  test('tags of the caller and of the request reach the views, those of whoever opened the connection do not', async () => {
    await using rpc = await Echo.start(echoing(), sending);
    const { stats } = rpc.figures;
    for (const [name, { sent_bytes_per_rpc: measure }] of [
      ['client', grpcClientMeasures(stats)],
      ['server', grpcServerMeasures(stats)],
    ] as const) {
      stats.registerViews(view({ name, measure, tagKeys: ['tenant'], aggregation: count() }));
    }
    // The first call opens the connection, on which the others come back.
    await withTags({ tenant: 'first' }, () => call(rpc.client, 'Unary', one));
    await call(rpc.client, 'Unary', one);
    await withTags({ tenant: 'third' }, () => call(rpc.client, 'Chat', one));
    await withTags({ zone: 'z' }, () => call(rpc.client, 'Collect', one));
    for (const side of ['client', 'server'] as const) {
      await rpc.figures.ends(side, 4);
      expect(rpc.figures.rows(side)).toEqual([[2], ['first', 1], ['third', 1]]);
    }
  });

  test('a tag called like a method or status of this side cannot be forged by a peer', async () => {
    await using rpc = await Echo.start(echoing(), { server: { receiveTags: true } });
    const { stats } = rpc.figures;
    const measure = grpcServerMeasures(stats).server_latency;
    const tagKeys = ['grpc_server_method', 'grpc_server_status', 'tenant'];
    stats.registerViews(view({ name: 'all', measure, tagKeys, aggregation: count() }));
    const forged = { grpc_server_method: 'x', grpc_server_status: 'y', tenant: 'a' };
    await call(rpc.client, 'Unary', one, { metadata: headerOf(forged) });
    await rpc.figures.ends('server', 1);
    expect(rpc.figures.rows('all')).toEqual([['test.Echo/Unary', 'OK', 'a', 1]]);
  });
});

test('a context that an interceptor before this one opens is still there for the handler, with the tags in it', async () => {
  const around: ServerInterceptor = (_, next) => {
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, go) => withTags([upsert('from', 'around')], () => go(metadata)))
      .build();
    return new ServerInterceptingCall(next, { start: (go) => go(listener) });
  };
  await using rpc = await Echo.start(tellingTags(), { ...sending, inner: [around] });
  const seen = await withTags({ tenant: 'a' }, () => tagsSeen(rpc.client, 'Chat'));
  expect(seen).toEqual({ from: 'around', tenant: 'a', grpc_server_method: 'test.Echo/Chat' });
});

test('a handler hears of a cancelled call within its tags', async () => {
  const { promise: heard, resolve: hear } = Promise.withResolvers<unknown>();
  const Chat = (stream: ServerDuplexStream<Buffer, Buffer>) => {
    stream.on('cancelled', () => hear(Object.fromEntries(activeTags())));
  };
  await using rpc = await Echo.start(echoingBut({ Chat }), sending);
  const stream = withTags({ tenant: 'a' }, () =>
    rpc.client.makeBidiStreamRequest('/test.Echo/Chat', bytes, bytes),
  );
  stream.on('error', () => {});
  await rpc.figures.until(() => rpc.figures.startedCalls.length === 2);
  stream.cancel();
  expect(await heard).toEqual({ tenant: 'a', grpc_server_method: 'test.Echo/Chat' });
});

function headerOf(tags: Record<string, string>): Metadata {
  const metadata = new Metadata();
  metadata.set('grpc-tags-bin', Buffer.from(encodeTags(TagMap.of(tags))));
  return metadata;
}
