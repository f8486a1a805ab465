import { once } from 'node:events';
import { get, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { labelsOf, Registry } from '@oriel/metrics';
import { activeTags, NO_PROPAGATION, tagFilter, upsert, withTags } from '@oriel/stats';
import { request as undiciRequest } from 'undici';
import { expect, test } from 'vitest';
import { type HttpInstrumentation, instrumentHttp } from '../src/index.ts';
import { followContext } from './context-manager.ts';
import { measure } from './measured.ts';
import { RawClient, serve } from './served.ts';

followContext();

/** A server that keeps the headers and the tags that each request came with. */
async function keeping() {
  const headers: IncomingHttpHeaders[] = [];
  const tags: Record<string, string>[] = [];
  const { server, url, port } = await serve(async (request, response) => {
    headers.push(request.headers);
    await new Promise(setImmediate);
    tags.push(Object.fromEntries(activeTags()));
    response.end();
  });
  return { server, url, port, headers, tags };
}

async function getWithHttp(url: string, headers: Record<string, string> = {}): Promise<void> {
  const [response] = await once(get(url, { headers }), 'response');
  response.resume();
  await once(response, 'close');
}

async function getWithUndici(url: string): Promise<void> {
  await (await undiciRequest(url)).body.dump();
}

async function getWithFetch(url: string): Promise<void> {
  await (await fetch(url)).text();
}

async function faults(handle: HttpInstrumentation): Promise<Record<string, number>> {
  const registry = new Registry();
  registry.register(handle.faults);
  const { families } = await registry.gather();
  const parts = families.flatMap((family) => family.parts);
  return Object.fromEntries(
    parts.flatMap((part) => [...part.values].map((value, row) => [labelsOf(part, row)[0].value, value])),
  );
}

const senders: readonly (readonly [string, (url: string) => Promise<void>])[] = [
  ['node:http', getWithHttp],
  ['fetch', getWithFetch],
  ['undici', getWithUndici],
];

test.each(senders)('by default no tag leaves with %s, and none is taken in', async (_name, send) => {
  measure();
  const { url, headers, tags } = await keeping();
  await withTags({ tenant: 'a' }, () => send(url));
  await getWithHttp(url, { baggage: 'tenant=b', 'correlation-context': 'tenant=c' });
  expect(headers.map((each) => each.baggage ?? each['correlation-context'])).toEqual([undefined, 'tenant=b']);
  expect(tags).toEqual([{}, {}]);
});

test.each(senders)(
  'chosen tags leave with %s in both formats, and arrive in the handler',
  async (_name, send) => {
    const { handle } = measure({
      inject: { baggage: ['tenant', 'note', 'local'], correlationContext: true },
      extract: { baggage: ['tenant', 'note'], correlationContext: true },
    });
    const { url, headers, tags } = await keeping();
    const changes = [
      upsert('tenant', 'a'),
      upsert('note', 'é, ü'),
      upsert('other', 'o'),
      upsert('local', 'l', { ttl: NO_PROPAGATION }),
    ];
    await withTags(changes, () => send(url));
    expect(headers[0].baggage).toBe('tenant=a,note=%C3%A9%2C%20%C3%BC');
    expect(headers[0]['correlation-context']).toBe('tenant=a,other=o');
    expect(tags).toEqual([{ tenant: 'a', note: 'é, ü', other: 'o' }]);
    expect(await faults(handle)).toEqual({ tags_not_injected: 1 });
  },
);

test('filters hold on both sides', async () => {
  const filter = tagFilter([
    { action: 'exclude', match: 'EQUAL', key: 'secret' },
    { action: 'include', match: 'HAS_PREFIX', key: '' },
  ]);
  const both = { baggage: ['secret', 'open'], correlationContext: true, filter };
  measure({ inject: both, extract: both });
  const { url, headers, tags } = await keeping();
  await withTags({ secret: '1', open: '2' }, () => getWithHttp(url));
  await getWithHttp(url, { baggage: 'secret=3', 'correlation-context': 'secret=4,open=5' });
  expect(headers[0]).toMatchObject({ baggage: 'open=2', 'correlation-context': 'open=2' });
  expect(tags).toEqual([{ open: '2' }, { open: '5' }]);
});

test('a baggage header that is there already is kept', async () => {
  measure({ inject: { baggage: ['tenant'] } });
  const { url, headers } = await keeping();
  await withTags({ tenant: 'a' }, () => getWithHttp(url, { baggage: 'trace=1;p=2' }));
  expect(headers[0].baggage).toBe('trace=1;p=2,tenant=a');
});

test.each([
  ['too long', `tenant=${'x'.repeat(9000)}`],
  ['with bad escapes', 'tenant=%zz'],
  ['without keys', '=1'],
])('a baggage header %s counts as not there, and the other one holds', async (_name, baggage) => {
  const { log, handle } = measure({ extract: { baggage: ['tenant'], correlationContext: true } });
  const { url, tags } = await keeping();
  await getWithHttp(url, { baggage, 'correlation-context': 'zone=z' });
  expect(tags).toEqual([{ zone: 'z' }]);
  expect(await log.until('server', 1)).toMatchObject([{ status: 200 }]);
  expect(await faults(handle)).toEqual({ tags_not_extracted: 1 });
});

test('a text header that is wrong counts as not there', async () => {
  const { handle } = measure({ extract: { correlationContext: true } });
  const { port, tags } = await keeping();
  const client = await RawClient.to(port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\nCorrelation-Context: k=\xe9\r\n\r\n');
  await client.until('200 OK');
  expect(tags).toEqual([{}]);
  expect(await faults(handle)).toEqual({ tags_not_extracted: 1 });
});

test('tags that come too late for the head are left out and counted', async () => {
  const { handle } = measure({ inject: { baggage: ['tenant'] } });
  const { url, headers } = await keeping();
  await withTags({ tenant: 'a' }, async () => {
    const asking = httpRequest(url, {
      method: 'PUT',
      headers: { Expect: '100-continue', 'Content-Length': 0 },
    });
    const [response] = await once(asking.end(), 'response');
    response.resume();
    await once(response, 'close');
  });
  expect(headers[0].baggage).toBe(undefined);
  expect(await faults(handle)).toEqual({ tags_not_injected: 1 });
});

test('the handlers of an upgrade and of Expect have the tags too', async () => {
  measure({ extract: { baggage: ['tenant'] } });
  const { server, port } = await keeping();
  const seen: (string | undefined)[] = [];
  server.on('upgrade', (_request, socket) => {
    seen.push(activeTags().get('tenant'));
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  server.on('checkContinue', (_request, response) => {
    seen.push(activeTags().get('tenant'));
    response.end();
  });
  const upgrading = await RawClient.to(port);
  await upgrading.send(
    'GET / HTTP/1.1\r\nHost: a\r\nbaggage: tenant=u\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  );
  await upgrading.until('101');
  const expecting = await RawClient.to(port);
  await expecting.send('PUT / HTTP/1.1\r\nHost: a\r\nbaggage: tenant=e\r\nExpect: 100-continue\r\n\r\n');
  await expecting.until('200');
  expect(seen).toEqual(['u', 'e']);
});

test('a key that baggage cannot carry is refused at the start', () => {
  const start = () => instrumentHttp({ inject: { baggage: ['two words'] } });
  expect(start).toThrow(expect.objectContaining({ code: 'LABEL_NAME_INVALID' }));
  expect(start).toThrow('Cannot inject tag "two words" as baggage: a key is a token');
});
