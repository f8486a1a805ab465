import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

// Started by secure-scrape.ts: scrapes one after the other on one connection, in a process of its own. It does
// nothing that a scrape does not need, so that most of the time it measures is the server's.

/** What it is asked. */
export interface Sequence {
  readonly url: string;
  readonly scrapes: number;
  readonly ca?: string;
  readonly authorization?: string;
}

/** What it answers: the time of one scrape. */
export type SequenceResult = { readonly ns: number } | { readonly error: string };

const sockets = new Map<string, Socket>();

process.once('disconnect', () => process.exit());
process.on('message', (sequence: Sequence) => {
  run(sequence).then(
    (ns) => process.send?.({ ns } satisfies SequenceResult),
    (error: Error) => process.send?.({ error: error.message } satisfies SequenceResult),
  );
});

async function run({ url, scrapes, ca, authorization }: Sequence): Promise<number> {
  const socket = sockets.get(url) ?? (await connected(new URL(url), ca));
  sockets.set(url, socket);
  const start = performance.now();
  await ask(socket, requestText(new URL(url), authorization), scrapes);
  return ((performance.now() - start) * 1e6) / scrapes;
}

async function connected({ hostname: host, port, protocol }: URL, ca: string | undefined): Promise<Socket> {
  const isSecure = protocol === 'https:';
  const address = { host, port: Number(port) };
  const socket = isSecure ? connectTls({ ...address, ca }) : connect(address);
  await once(socket, isSecure ? 'secureConnect' : 'connect');
  return socket.setNoDelay();
}

function requestText({ pathname, host }: URL, authorization: string | undefined): string {
  const user = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
  return `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${user}\r\n`;
}

function ask(socket: Socket, request: string, times: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let left = times;
  let text = '';
  const onData = (bytes: Buffer): void => {
    text += bytes.toString('latin1');
    const end = endOfAnswer(text);
    if (end === undefined) reject(new Error(`the answer is ${JSON.stringify(text.slice(0, 60))}`));
    if (end === undefined || text.length < end) return;
    text = '';
    left--;
    if (left > 0) socket.write(request, 'latin1');
    else resolve();
  };
  socket.on('data', onData).once('close', () => reject(new Error('the connection has ended')));
  socket.write(request, 'latin1');
  return promise.finally(() => socket.removeAllListeners('data').removeAllListeners('close'));
}

/** Where an answer ends of which this is the beginning; undefined if it is not a page of known length. */
function endOfAnswer(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return text.length + 1;
  const length = /^HTTP\/1\.1 200 .*\r\ncontent-length: (\d+)/is.exec(text.slice(0, head))?.[1];
  return length === undefined ? undefined : head + 4 + Number(length);
}
