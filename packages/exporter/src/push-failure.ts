/** Why a push failed, as the self-metrics tell it. */
export type PushFailure =
  | 'collect'
  | 'network'
  | 'timeout'
  | 'refused'
  | 'throttled'
  | 'unavailable'
  | 'other';

/** All of them, in the order of the documentation. */
export const pushFailures: readonly PushFailure[] = Object.freeze([
  'collect',
  'network',
  'timeout',
  'refused',
  'throttled',
  'unavailable',
  'other',
]);

// Causes of causes, as `fetch` has them; deeper there is nothing new.
const MOST_LEVELS = 5;

/**
 * Sorts what a delivery failed with: by the status of an answer (`status`, `statusCode`, or `details.status` of a
 * `MetricsError`), else by the code of a system error, in the error or in what caused it.
 */
export function pushFailureOf(cause: unknown): PushFailure {
  let at = cause;
  for (let level = 0; level < MOST_LEVELS && typeof at === 'object' && at !== null; level++) {
    const found = byStatus(at) ?? byCode(at);
    if (found !== undefined) return found;
    at = 'cause' in at ? at.cause : undefined;
  }
  return 'other';
}

interface Told {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly details?: { readonly status?: unknown };
}

function byStatus({ status, statusCode, details }: Told): PushFailure | undefined {
  const answer = status ?? statusCode ?? details?.status;
  if (typeof answer !== 'number' || answer < 300 || answer > 599) return undefined;
  if (answer === 429) return 'throttled';
  return answer < 500 ? 'refused' : 'unavailable';
}

function byCode({ name, code, syscall }: Told): PushFailure | undefined {
  if (name === 'TimeoutError') return 'timeout';
  if (typeof code !== 'string') return undefined;
  if (/TIMEDOUT|TIMEOUT/.test(code)) return 'timeout';
  // A folder that is missing and a Unix socket that is missing have one code.
  if (fileCall.test(String(syscall))) return 'other';
  return networkCode.test(code) ? 'network' : undefined;
}

const fileCall = /^(open|write|rename|chmod|fchmod|fsync|unlink|mkdir|stat)/;

// Of the system, of its resolver, of undici, of TLS.
const networkCode =
  /^(E(CONN|HOST|NET|ADDR|PIPE|PROTO|AI_|NOTFOUND|NOTCONN|NOBUFS|ACCES|PERM)|ENOENT|UND_ERR_|ERR_(TLS|SSL)|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;
