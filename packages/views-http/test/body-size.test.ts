import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestListener, request } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import fc from 'fast-check';
import { Agent as UndiciAgent } from 'undici';
import { expect, test } from 'vitest';
import { measure } from './measured.ts';
import { listen, RawClient, serve } from './served.ts';

/** How a body says where it ends. */
const forms = ['length', 'own length', 'chunks'] as const;
const body = fc.record({
  form: fc.constantFrom(...forms),
  pieces: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 }),
});

function sizeOf(pieces: readonly number[]): number {
  return pieces.reduce((sum, size) => sum + size, 0);
}

/** The most that the sizes of chunks and their line ends take beside so many pieces. */
function framing(form: (typeof forms)[number], pieces: readonly number[]): number {
  return form === 'chunks' ? pieces.length * 8 : 0;
}

interface Writing {
  write(chunk: string): unknown;
  end(chunk?: string): unknown;
  setHeader(name: string, value: number): unknown;
}

function send(message: Writing, { form, pieces }: { form: (typeof forms)[number]; pieces: number[] }): void {
  const text = 'x'.repeat(sizeOf(pieces));
  if (form === 'length') message.end(text);
  else if (form === 'own length') {
    message.setHeader('Content-Length', text.length);
    message.end(text);
  } else {
    for (const piece of pieces) message.write('x'.repeat(piece));
    message.end();
  }
}

test('bodies of any length, written in any way, have their size on both sides, with the sizes of chunks at most', async () => {
  const { log } = measure();
  let answer: Parameters<typeof send>[1];
  const { port } = await serve((incoming, response) => {
    response.setHeader('X-Long', 'y'.repeat(300));
    incoming.resume().on('end', () => send(response, answer));
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let done = 0;
  await fc.assert(
    fc.asyncProperty(body, body, async (asked, answered) => {
      answer = answered;
      const asking = request({ host: '127.0.0.1', port, agent, method: 'POST' });
      send(asking, asked);
      const [response] = (await once(asking, 'response')) as [IncomingMessage];
      await once(response.resume(), 'end');
      done++;
      const client = (await log.until('client', done))[done - 1];
      const server = (await log.until('server', done))[done - 1];
      for (const { requestBodyBytes, responseBodyBytes } of [client, server]) {
        expectSize(requestBodyBytes, asked);
        expectSize(responseBodyBytes, answered);
      }
    }),
    { numRuns: 60 },
  );
  agent.destroy();
});

function expectSize(
  seen: number | undefined,
  { form, pieces }: { form: (typeof forms)[number]; pieces: number[] },
): void {
  expect(seen).toBeGreaterThanOrEqual(sizeOf(pieces));
  expect(seen).toBeLessThanOrEqual(sizeOf(pieces) + framing(form, pieces));
}

const none: readonly (readonly [name: string, head: string, handler: RequestListener])[] = [
  ['HEAD', 'HEAD / HTTP/1.1\r\n', (_, response) => response.end('not sent')],
  [
    'HEAD with a length',
    'HEAD / HTTP/1.1\r\n',
    (_, response) => response.setHeader('Content-Length', 9).end(),
  ],
  ['204', 'GET / HTTP/1.1\r\n', (_, response) => response.writeHead(204).end()],
  ['304', 'GET / HTTP/1.1\r\n', (_, response) => response.writeHead(304, { 'Content-Length': 7 }).end()],
  ['nothing', 'GET / HTTP/1.1\r\n', (_, response) => response.end()],
  ['no chunk', 'GET / HTTP/1.1\r\n', (_, response) => response.writeHead(200, { Trailer: 'a' }).end()],
];

test.each(none)('an answer without a body has the size 0: %s', async (_, head, handler) => {
  const { log } = measure();
  const { port, url } = await serve(handler);
  const client = await RawClient.to(port);
  await client.send(`${head}Host: a\r\n\r\n`);
  expect(await log.until('server', 1)).toMatchObject([{ requestBodyBytes: 0, responseBodyBytes: 0 }]);
  const response = await fetch(url, { method: head.slice(0, head.indexOf(' ')) });
  await response.text();
  expect(await log.until('client', 1)).toMatchObject([{ requestBodyBytes: 0, responseBodyBytes: 0 }]);
});

test('interim answers, trailers and the head are not part of a body', async () => {
  const { log } = measure();
  const { port } = await serve((incoming, response) => {
    incoming.resume().on('end', () => {
      response.writeEarlyHints({ link: '</style.css>' }, () => response.end('hello'));
    });
  });
  const client = await RawClient.to(port);
  await client.send(
    'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  await client.until('100 Continue');
  await client.send('4\r\nbody\r\n0\r\n\r\n');
  await client.until('hello');
  // "4", "body" and two line ends.
  expect(await log.until('server', 1)).toMatchObject([{ requestBodyBytes: 9, responseBodyBytes: 5 }]);
});

test('a body that breaks off has the size it came to', async () => {
  const { log } = measure();
  const { port } = await serve((_, response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('half', () => response.destroy());
  });
  const client = await RawClient.to(port);
  await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nthird');
  await once(client.socket, 'close');
  expect(await log.until('server', 1)).toMatchObject([
    { status: 'aborted', requestBodyBytes: 5, responseBodyBytes: 4 },
  ]);
});

test('of a body that ends with its connection all is counted, of an upgrade and of what is malformed nothing', async () => {
  const { log } = measure();
  const { port, server, url } = await serve((_, response) => {
    response.removeHeader('Transfer-Encoding');
    response.removeHeader('Content-Length');
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
    response.write('to the ');
    response.end('end');
  });
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nmore'));
  const [response] = (await once(request(`${url}/`).end(), 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  expect(await log.until('client', 1)).toMatchObject([{ responseBodyBytes: 10 }]);
  expect(await log.until('server', 1)).toMatchObject([{ responseBodyBytes: 10 }]);
  const upgrading = await RawClient.to(port);
  await upgrading.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nmore');
  const malformed = await RawClient.to(port);
  await malformed.send('BREW\r\n\r\n');
  const seen = await log.until('server', 3);
  const sizes = seen.slice(1).map(({ status, requestBodyBytes, responseBodyBytes }) => {
    return [status, requestBodyBytes, responseBodyBytes];
  });
  expect(new Map(sizes.map(([status, ...rest]) => [status, rest]))).toEqual(
    new Map([
      [101, [0, 0]],
      [400, [undefined, undefined]],
    ]),
  );
});

test('fetch tells the sizes of bodies with a length, in chunks, and compressed as they travel', async () => {
  const { log } = measure();
  const { url } = await serve((incoming, response) => {
    incoming.resume().on('end', () => {
      if (incoming.url === '/chunks') {
        response.write('abc');
        response.end('def');
      } else response.end('answer');
    });
  });
  const stream = new Blob(['x'.repeat(5000)]).stream();
  await (await fetch(url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)).text();
  await (await fetch(`${url}/chunks`, { method: 'POST', body: 'four' })).text();
  const [first, second] = await log.until('client', 2);
  expect(first.responseBodyBytes).toBe(6);
  // "1388" and two line ends.
  expect(first.requestBodyBytes).toBe(5000 + 8);
  expect(second.requestBodyBytes).toBe(4);
  expect(second.responseBodyBytes).toBeGreaterThanOrEqual(6);
  expect(second.responseBodyBytes).toBeLessThanOrEqual(6 + 2 * 5);
});

test('a stream of HTTP/2 tells what its headers tell, and no size where they are silent', async () => {
  const { log } = measure();
  const { url } = await listen(
    createHttp2Server((incoming, response) => {
      incoming.resume().on('end', () => {
        if (incoming.url === '/told') response.setHeader('content-length', 5);
        response.end('hello');
      });
    }),
  );
  const session = connect(url);
  for (const [path, method] of [
    ['/told', 'GET'],
    ['/silent', 'POST'],
  ] as const) {
    const stream = session.request({ ':path': path, ':method': method });
    stream.end(method === 'POST' ? 'body' : undefined);
    await once(stream.resume(), 'close');
  }
  for (const side of ['client', 'server'] as const) {
    expect(await log.until(side, 2)).toMatchObject([
      { protocol: 'h2', requestBodyBytes: 0, responseBodyBytes: 5 },
      { protocol: 'h2', requestBodyBytes: undefined, responseBodyBytes: undefined },
    ]);
  }
  session.close();
  await once(session, 'close');
});

test('an installed undici over HTTP/2 is told apart, is one request, and counts no frames as body', async () => {
  const { log } = measure();
  const { url } = await listen(
    createHttp2Server((incoming, response) => {
      incoming.resume().on('end', () => response.end('hello'));
    }),
  );
  const agent = new UndiciAgent({ allowH2: true, useH2c: true } as UndiciAgent.Options);
  for (let i = 0; i < 2; i++) {
    const { body: answer } = await agent.request({ origin: url, path: '/', method: 'POST', body: 'four' });
    expect(await answer.text()).toBe('hello');
  }
  await agent.close();
  await log.until('server', 2);
  expect(log.clients).toMatchObject(
    Array(2).fill({ protocol: 'h2', status: 200, requestBodyBytes: 4, responseBodyBytes: undefined }),
  );
});

test('an installed undici tells the size of a buffer, a blob and of nothing', async () => {
  const { log } = measure();
  const { url } = await serve((incoming, response) => incoming.resume().on('end', () => response.end()));
  const agent = new UndiciAgent();
  const bodies = ['text', Buffer.alloc(3000), new Blob(['blob!']), null] as const;
  for (const sent of bodies) {
    const answer = await agent.request({ origin: url, path: '/', method: 'POST', body: sent as string });
    await answer.body.dump();
  }
  await agent.close();
  expect((await log.until('client', 4)).map(({ requestBodyBytes }) => requestBodyBytes)).toEqual([
    4, 3000, 5, 0,
  ]);
});
