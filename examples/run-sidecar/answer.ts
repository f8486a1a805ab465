/** What a route gives back: a status and, but for 204, a value sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export function failure(status: number, errorCode: string, message: string): Answer {
  return { status, body: { errorCode, message } };
}
