import { DeliveryError } from './delivery-error.ts';
import { messagesIn, numberIn } from './proto-reader.ts';

/** What a failed call of gRPC tells; an error of `@grpc/grpc-js` is one. */
export interface FailedCall {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(key: string): readonly (string | Buffer)[] };
}

// By gRPC's numbers. Source: OTLP specification, "Failures".
const statuses: Readonly<Record<number, { readonly status?: number; readonly transient: boolean }>> = {
  1: { transient: true },
  3: { status: 400, transient: false },
  4: { transient: true },
  5: { status: 404, transient: false },
  7: { status: 403, transient: false },
  8: { status: 429, transient: false },
  10: { status: 503, transient: true },
  11: { status: 503, transient: true },
  12: { status: 404, transient: false },
  14: { status: 503, transient: true },
  15: { status: 503, transient: true },
  16: { status: 401, transient: false },
};

const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;

/** The error of a call that failed, with the delay the receiver asked for in a `RetryInfo`. */
export function callError(call: FailedCall): DeliveryError {
  const { code, details } = call;
  const retryAfterMs = retryDelay(call);
  const { status, transient } = statuses[code] ?? { status: 500, transient: false };
  // A receiver that is full says by a delay that it will be less so.
  const again = transient || (code === 8 && retryAfterMs !== undefined);
  const message = `Cannot send metrics: gRPC code ${code}, "${details}"`;
  if (code === DEADLINE_EXCEEDED)
    return new DeliveryError(message, { code: 'ETIMEDOUT', transient: true, cause: call });
  if (code === UNAVAILABLE && isLocal(details))
    return new DeliveryError(message, { code: 'ECONNREFUSED', transient: true, cause: call });
  return new DeliveryError(message, { status, transient: again, retryAfterMs, cause: call });
}

// gRPC has one code for a receiver that says no and for one that is not there.
function isLocal(details: string): boolean {
  return /connection|ECONN|EPIPE|name resolution|socket/i.test(details);
}

function retryDelay({ metadata }: FailedCall): number | undefined {
  const [status] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(status)) return undefined;
  try {
    for (const detail of messagesIn(status, 3)) {
      const type = messagesIn(detail, 1)[0]?.toString() ?? '';
      if (!type.endsWith('google.rpc.RetryInfo')) continue;
      const [delay = Buffer.alloc(0)] = messagesIn(messagesIn(detail, 2)[0] ?? Buffer.alloc(0), 1);
      return numberIn(delay, 1) * 1000 + numberIn(delay, 2) / 1e6;
    }
  } catch {
    // What cannot be read asks for nothing.
  }
  return undefined;
}
