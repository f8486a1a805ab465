import type { ClientRequest, IncomingMessage } from 'node:http';
import { isBodiless, receivedBody, sentBody } from './body-size.ts';
import type { CountingSocket } from './byte-meter.ts';
import type { HttpExchange, HttpFailure } from './http-exchange.ts';
import { OutgoingExchange } from './outgoing-exchange.ts';

/** What a client's request has beyond its types. */
type SentRequest = ClientRequest & {
  readonly res?: IncomingMessage | null;
  readonly upgradeOrConnect?: boolean;
};

/** A request made with `node:http` or `node:https`, from the call to the end of the response. */
export class ClientExchange extends OutgoingExchange<SentRequest> implements HttpExchange {
  /** What the request told of its failure first. */
  failure: HttpFailure | undefined;
  timedOut = false;

  get protocol(): 'http' {
    return 'http';
  }

  get host(): string {
    const header = this.request.getHeader('host');
    return typeof header === 'string' ? header : this.request.host;
  }

  get localPort(): number {
    return this.request.socket?.localPort ?? 0;
  }

  get statusCode(): number | undefined {
    return this.request.res?.statusCode;
  }

  get requestBodyBytes(): number {
    return sentBody(this.request, this.sentBytes);
  }

  get responseBodyBytes(): number {
    const { res } = this.request;
    if (res === undefined || res === null || this.upgraded || isBodiless(this.method, res.statusCode))
      return 0;
    const { complete, rawHeaders: pairs, statusMessage = '' } = res;
    const firstLine = statusMessage.length + 15;
    return receivedBody({ firstLine, pairs, complete, openEnd: true }, this.receivedBytes);
  }

  get upgraded(): boolean {
    return this.request.upgradeOrConnect === true;
  }

  /** The connection, undefined if there never was one. */
  get socket(): CountingSocket | undefined {
    return this.request.socket ?? undefined;
  }

  /** The status code of a whole response, else why there is none. To be asked when all is over. */
  outcome(): number | HttpFailure {
    const { res, socket } = this.request;
    if (res?.statusCode !== undefined && (res.complete || this.upgraded)) return res.statusCode;
    if (this.timedOut) return 'timeout';
    if (this.failure !== undefined) return this.failure;
    // The server ended in the middle; or else this side did.
    return socket?.readableEnded === true ? 'error' : 'aborted';
  }
}
