import type { ErrorCodeEvent } from '@oriel/views-runtime';

/** What an operation of the sidecar, or a method of an app, gives back. */
export interface Answer {
  /** As in HTTP; gRPC translates it. */
  readonly status: number;
  /** JSON, as it goes over the wire; none is an empty body. */
  readonly text?: string;
  /** The code of an error reply, which is counted. */
  readonly error?: ErrorCodeEvent;
}

/** An answer that holds a value. */
export function json(status: number, value: unknown): Answer {
  return { status, text: JSON.stringify(value) };
}

/** An error reply as Dapr words it. */
export function failure(status: number, error: ErrorCodeEvent, message: string): Answer {
  return { ...json(status, { errorCode: error.code, message }), error };
}
