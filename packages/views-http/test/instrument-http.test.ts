import diagnosticsChannel from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { labelsOf, Registry } from '@oriel/metrics';
import { afterEach, expect, test } from 'vitest';
import { type HttpInstrumentation, instrumentHttp } from '../src/index.ts';
import { ExchangeLog } from './exchange-log.ts';
import { RawClient, serve } from './served.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const channels = [
  'http.server.request.start',
  'http.server.response.finish',
  'http.client.request.created',
  'http.client.request.error',
  'undici:request:create',
  'undici:client:sendHeaders',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
  'http2.server.stream.created',
  'http2.server.stream.close',
  'http2.client.stream.created',
  'http2.client.stream.close',
];
const subscribed = (): string[] => channels.filter((name) => diagnosticsChannel.hasSubscribers(name));
const handles: HttpInstrumentation[] = [];

function instrument(...args: Parameters<typeof instrumentHttp>): HttpInstrumentation {
  const handle = instrumentHttp(...args);
  handles.push(handle);
  return handle;
}

afterEach(() => {
  for (const handle of handles.splice(0)) handle.stop();
});

test('importing subscribes to nothing, starting to every channel, stopping leaves none', () => {
  expect(subscribed()).toEqual([]);
  const handle = instrument();
  expect(subscribed()).toEqual(channels);
  handle.stop();
  handle.stop();
  expect(subscribed()).toEqual([]);
});

test('stopping leaves servers and sockets as they were', async () => {
  const { server, port } = await serve((_request, response) => response.end('ok'));
  const connected = once(server, 'connection');
  const client = await RawClient.to(port);
  const [socket] = await connected;
  const before = {
    listeners: socket.listenerCount('close'),
    symbols: Object.getOwnPropertySymbols(socket).length,
  };
  const log = new ExchangeLog();
  const handle = instrument({ recorders: [log] });
  expect(Object.hasOwn(HttpServer.prototype, 'emit')).toBe(true);
  await client.send(get);
  await log.until('server', 1);
  handle.stop();
  expect({
    listeners: socket.listenerCount('close'),
    symbols: Object.getOwnPropertySymbols(socket).length,
  }).toEqual(before);
  expect([HttpServer, HttpsServer].map(({ prototype }) => Object.hasOwn(prototype, 'emit'))).toEqual([
    false,
    false,
  ]);
  await client.send(get);
  await client.until('ok', 2);
  expect(log.all).toHaveLength(1);
});

test('a thousand starts and stops on one kept connection leave one set of listeners', async () => {
  const { server, port } = await serve((_request, response) => response.end('ok'));
  const connected = once(server, 'connection');
  const client = await RawClient.to(port);
  const [socket] = await connected;
  const before = socket.listenerCount('close');
  for (let i = 1; i <= 1000; i++) {
    const log = new ExchangeLog();
    using _handle = instrumentHttp({ recorders: [log] });
    await client.send(get);
    await log.until('server', 1);
  }
  expect(socket.listenerCount('close')).toBe(before);
  expect(subscribed()).toEqual([]);
});

test('a reload that starts the next before it stops the last leaves no layer behind', () => {
  const original = HttpServer.prototype.emit;
  let last = instrument();
  for (let i = 0; i < 100; i++) {
    const next = instrument();
    last.stop();
    last = next;
  }
  last.stop();
  expect(HttpServer.prototype.emit).toBe(original);
});

test('where another library wraps emit after us, stopping breaks nothing and starting again counts once', async () => {
  const handle = instrument();
  const ours = HttpServer.prototype.emit;
  HttpServer.prototype.emit = function (...args: unknown[]) {
    return (ours as (...all: unknown[]) => boolean).apply(this, args);
  };
  try {
    handle.stop();
    const log = new ExchangeLog();
    instrument({ recorders: [log] });
    const { server, port } = await serve(() => {});
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const client = await RawClient.to(port);
    await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(client.socket, 'close');
    expect(log.all).toMatchObject([{ status: 101 }]);
  } finally {
    HttpServer.prototype.emit = ours;
    for (const each of handles.splice(0)) each.stop();
  }
  expect(Object.hasOwn(HttpServer.prototype, 'emit')).toBe(false);
});

test.each(['request', 'timeout', 'of its own'])(
  'listeners of an event "%s" get all of its arguments',
  (event) => {
    instrument();
    const server = new HttpServer();
    const got: unknown[][] = [];
    server.on(event, (...args: unknown[]) => void got.push(args));
    expect(server.emit(event, 1, 2, 3, 4, 5)).toBe(true);
    expect(server.emit(event)).toBe(true);
    expect(got).toEqual([[1, 2, 3, 4, 5], []]);
  },
);

test('two that are started each record everything', async () => {
  const logs = [new ExchangeLog(), new ExchangeLog()];
  for (const log of logs) instrument({ recorders: [log] });
  const { port } = await serve((_request, response) => response.end('ok'));
  const client = await RawClient.to(port);
  await client.send(get);
  await client.until('ok');
  await Promise.all(logs.map((log) => log.until('server', 1)));
  expect(logs.map(({ all }) => all)).toMatchObject([
    [{ status: 200, sentBytes: client.received }],
    [{ status: 200, sentBytes: client.received }],
  ]);
});

test('a recorder or a filter that throws hurts neither the request nor other recorders, and is counted', async () => {
  const log = new ExchangeLog();
  const registry = new Registry();
  const throwing = {
    server() {
      throw new Error('from the recorder');
    },
  };
  const handle = instrument({
    recorders: [throwing, {}, log],
    ignore() {
      throw new Error('from the filter');
    },
  });
  registry.register(handle.faults);
  const { port } = await serve((_request, response) => response.end('ok'));
  const client = await RawClient.to(port);
  await client.send(get);
  expect(await log.until('server', 1)).toMatchObject([{ status: 200 }]);
  await client.until('ok');
  const { families } = await registry.gather();
  const faults = families
    .flatMap(({ parts }) => parts)
    .flatMap((part) => [...part.values].map((value, row) => [labelsOf(part, row)[0].value, value]));
  expect(faults).toEqual([
    ['filter_failed', 1],
    ['recorder_failed', 1],
  ]);
});

test('requests that never end are let go of with their connection', async () => {
  const seen: WeakRef<object>[] = [];
  const log = new ExchangeLog();
  instrument({ recorders: [log] });
  const { port } = await serve((request, _response) => void seen.push(new WeakRef(request)));
  for (let i = 0; i < 20; i++) {
    const client = await RawClient.to(port);
    await client.send(get);
    while (seen.length <= i) await new Promise(setImmediate);
    client.socket.resetAndDestroy();
  }
  await log.until('server', 20);
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const alive = (): number => seen.filter((ref) => ref.deref() !== undefined).length;
  for (let round = 0; round < 50 && alive() > 2; round++) {
    await new Promise(setImmediate);
    collect();
  }
  // The last ones may still stand on a stack of the runtime.
  expect(alive()).toBeLessThanOrEqual(2);
});
