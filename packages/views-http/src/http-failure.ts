import type { HttpFailure } from './http-exchange.ts';

interface Fault {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

const timeoutCodes: ReadonlySet<unknown> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'ERR_HTTP_REQUEST_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const abortCodes: ReadonlySet<unknown> = new Set(['ABORT_ERR', 'UND_ERR_ABORTED']);
const lostCodes: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** What became of a client's request that failed with this. */
export function failureOf(error: unknown): HttpFailure {
  const { name, code, cause } = faultOf(error);
  const inner = faultOf(cause);
  if (timeoutCodes.has(code) || name === 'TimeoutError' || inner.name === 'TimeoutError') return 'timeout';
  return name === 'AbortError' || abortCodes.has(code) ? 'aborted' : 'error';
}

/** Whether an error only says that the other side is gone. */
export function isLoss(error: unknown): boolean {
  return lostCodes.has(faultOf(error).code);
}

/** Why a request to a server got no response, by the error of its connection. */
export function lossOn(error: unknown): HttpFailure {
  if (isTimeout(error)) return 'timeout';
  return isLoss(error) ? 'aborted' : 'error';
}

/** Whether an error of a server's connection is about what it received, not about the connection. */
export function isOfMessage(error: unknown): boolean {
  const { code } = faultOf(error);
  return typeof code === 'string' && (code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT');
}

/** Whether an error says that a limit of time is over. */
export function isTimeout(error: unknown): boolean {
  return failureOf(error) === 'timeout';
}

function faultOf(error: unknown): Fault {
  return typeof error === 'object' && error !== null ? error : {};
}
