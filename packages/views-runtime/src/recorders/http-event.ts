import type { Timed } from './timing.ts';

/** A request that was answered, or broke off. */
export interface HttpServerEvent extends Timed {
  readonly method: string;
  /** As it was asked for; a query may follow. */
  readonly path: string;
  readonly status: number | string;
  /** Of the body. Default: 0, as without a Content-Length. */
  readonly requestBytes?: number;
  /** Of the body. Left out, no size is recorded. */
  readonly responseBytes?: number;
}

/** A call to the application. */
export interface HttpClientEvent extends Timed {
  readonly method: string;
  /** Path or method name, as it is called. */
  readonly path: string;
  readonly status: number | string;
  /** Of the body. Default: 0. */
  readonly sentBytes?: number;
  /** Of the body. Left out or negative, as where the length is not known, no size is recorded. */
  readonly receivedBytes?: number;
}

/** A health probe of the application. */
export interface HttpProbe extends Timed {
  readonly status: number | string;
}
