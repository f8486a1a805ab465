import { once } from 'node:events';
import { METHODS } from 'node:http';
import { connect } from 'node:net';

/** What a scanner asked for. */
export interface Scan {
  readonly requests: number;
  /** Requests with a verb that is not one of the usual nine. */
  readonly oddVerbs: number;
}

const usual = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);
// After CONNECT a connection speaks no HTTP any more.
const verbs = METHODS.filter((verb) => verb !== 'CONNECT');
const AT_ONCE = 100;

/**
 * Asks a server for random paths of every shape with every verb in turn, so many in one connection, and reads every
 * answer. All verbs with all shapes have come after some hundred requests.
 */
export async function scan(base: string, requests: number): Promise<Scan> {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname).setEncoding('latin1');
  await once(socket, 'connect');
  let oddVerbs = 0;
  for (let sent = 0; sent < requests; sent += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, requests - sent) }, (_, i) => {
      const verb = verbs[(sent + i) % verbs.length] ?? 'GET';
      if (!usual.has(verb)) oddVerbs++;
      return `${verb} ${randomPath(Math.floor((sent + i) / verbs.length))} HTTP/1.1\r\nhost: x\r\n\r\n`;
    });
    socket.write(batch.join(''));
    await answers(socket, batch.length);
  }
  socket.destroy();
  return { requests, oddVerbs };
}

/** Asks with a verb that Node does not know, in a connection of its own; resolves when the server has closed it. */
export async function askOddly(base: string): Promise<void> {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  socket.resume().write(`${randomName().toUpperCase()} / HTTP/1.1\r\nhost: x\r\n\r\n`);
  await once(socket, 'close');
}

async function answers(socket: ReturnType<typeof connect>, wanted: number): Promise<void> {
  let [seen, rest] = [0, ''];
  while (seen < wanted) {
    const [text] = (await once(socket, 'data')) as [string];
    const parts = (rest + text).split('HTTP/1.1 ');
    seen += parts.length - 1;
    // The mark itself may be cut in two.
    rest = (parts.at(-1) ?? '').slice(-8);
  }
}

function randomName(): string {
  return Math.random().toString(36).slice(2, 12).replace(/\d/g, 'q') || 'q';
}

// Beside nonsense the shapes of the API, with made-up stores, keys, apps and topics.
function randomPath(shape: number): string {
  const [a, b, c] = [randomName(), randomName(), randomName()];
  const shapes = [
    `/${a}`,
    `/${a}/${b}.php?${c}=1`,
    `/v1.0/${a}/${b}/${c}`,
    `/v1.0/state/${a}/${b}`,
    `/v1.0/state/${a}/${b}/${c}`,
    `/v1.0/invoke/${a}/method/${b}`,
    `/v1.0/invoke/${a}/method/${b}/${c}`,
    `/v1.0/publish/${a}/${b}`,
    `/v1.0/publish/messages/${b}`,
    `/v1.0/state/orders?${c}`,
    `/${'../'.repeat(3)}${a}`,
    `/%2e%2e/%zz/${a}`,
  ];
  return shapes[shape % shapes.length] ?? '/';
}
