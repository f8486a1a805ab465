import type { Answer } from '../answer.ts';

/** A call of an app's method. */
export interface AppCall {
  readonly verb: string;
  readonly method: string;
  /** JSON, or nothing. */
  readonly body: string;
  /** The call is given up after that. */
  readonly timeoutMs: number;
}

/** How the sidecar reaches an app. */
export interface AppChannel {
  /** Calls a method. Never rejects: an app that cannot be reached is a 502, one that takes too long a 504. */
  call(call: AppCall): Promise<Answer>;
  /** Asks how the app is; nobody cares for the answer but the metrics. */
  probe(timeoutMs: number): Promise<void>;
  close(): void;
}

/** A fault of the way to an app, not of the app itself. */
export function unreachable(app: string, timedOut: boolean): Answer {
  const error = { code: 'ERR_DIRECT_INVOKE', category: 'service-invocation' } as const;
  const message = timedOut ? `The app "${app}" took too long` : `The app "${app}" cannot be reached`;
  return {
    status: timedOut ? 504 : 502,
    text: JSON.stringify({ errorCode: error.code, message }),
    error,
  };
}
