import type { OutgoingMessage } from 'node:http';
import { lengthOf } from './http-exchange.ts';

/** What ends a body in chunks. */
const LAST_CHUNK = '0\r\n\r\n'.length;
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'.length;

/** A message on its way out, with what Node keeps of it and does not declare. */
type Sent = OutgoingMessage & {
  /** As it was sent; not there before that. */
  readonly _header?: string | null;
  /** As the header says, also where Node wrote it by itself. */
  readonly _contentLength?: number | null;
  readonly _trailer?: string;
  readonly _sent100?: boolean;
};

/**
 * The size of a body that was sent: what went over the wire without the head.
 *
 * Shape: bytes as sent, so compressed ones if they are; of a body in chunks their sizes count too. 0 where there is no body, as
 * in answers to HEAD.
 */
export function sentBody(message: OutgoingMessage, onWire: number): number {
  const { _header, _contentLength, _trailer, _sent100, writableEnded } = message as Sent;
  if (typeof _header !== 'string') return 0;
  let rest = onWire - _header.length;
  if (_sent100 === true) rest -= CONTINUE;
  if (message.chunkedEncoding && writableEnded) rest -= LAST_CHUNK + (_trailer?.length ?? 0);
  return between(rest, _contentLength ?? Number.POSITIVE_INFINITY);
}

/** As {@link sentBody}, of a request of undici: `length` is its Content-Length, without which it goes out in chunks. */
export function sentUndiciBody(head: string, length: number | undefined, onWire: number): number {
  if (length !== undefined) return between(onWire - head.length - 2, length);
  return between(
    onWire - head.length - 'transfer-encoding: chunked\r\n\r\n'.length - LAST_CHUNK,
    Number.POSITIVE_INFINITY,
  );
}

/** The head of a message that came in. */
export interface ReceivedHead {
  /** Characters of its first line, with its end. */
  readonly firstLine: number;
  /** Names and values in turn, as they came. */
  readonly pairs: readonly Text[];
  /** Whether its body has come as well. */
  readonly complete: boolean;
  /** Whether a body that tells no length goes on to the end of the connection: that of a response. */
  readonly openEnd: boolean;
}

/** A string, or a buffer: what both have. */
interface Text {
  readonly length: number;
  toString(): string;
}

/** The size of a body that came in: its Content-Length where it came whole, else what is on the wire beside the head. */
export function receivedBody({ firstLine, pairs, complete, openEnd }: ReceivedHead, onWire: number): number {
  let head = firstLine + 2;
  let length: number | undefined;
  let chunked = false;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const name = pairs[i];
    head += name.length + pairs[i + 1].length + 4;
    if (isNamed(name, 'content-length')) length = lengthOf(pairs[i + 1].toString());
    else if (isNamed(name, 'transfer-encoding')) chunked = true;
  }
  if (chunked) return between(onWire - head - (complete ? LAST_CHUNK : 0), Number.POSITIVE_INFINITY);
  if (length === undefined) return openEnd ? between(onWire - head, Number.POSITIVE_INFINITY) : 0;
  return complete ? length : between(onWire - head, length);
}

/** Whether the answer to such a request has no body, whatever its headers say. */
export function isBodiless(method: string, status: number | undefined): boolean {
  return method === 'HEAD' || status === 204 || status === 304 || (status !== undefined && status < 200);
}

function isNamed(name: Text, wanted: string): boolean {
  return name.length === wanted.length && name.toString().toLowerCase() === wanted;
}

function between(bytes: number, most: number): number {
  return Math.max(0, Math.min(bytes, most));
}
