import type { Timed } from './timing.ts';

/** An RPC that ended. */
export interface GrpcEvent extends Timed {
  /** `package.Service/Method`, with or without a slash before it. */
  readonly method: string;
  /** Name of the code: `OK`, `NOT_FOUND`, … */
  readonly status: string;
  /** Messages that were sent. Left out, as for streams, no size is recorded. */
  readonly sentBytes?: number;
  /** Messages that came in. Left out, as for streams, no size is recorded. */
  readonly receivedBytes?: number;
}

/** A health probe of the application. */
export interface GrpcProbe extends Timed {
  readonly status: string;
}
