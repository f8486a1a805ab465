import { status } from '@grpc/grpc-js';

// Beyond it a peer could make a label of any number.
const HIGHEST_CODE = 99;

const names: readonly string[] = Array.from({ length: HIGHEST_CODE + 1 }, (_, code) => {
  return status[code] ?? `CODE_${code}`;
});

/**
 * A status number's name, fit for a label.
 *
 * Shape: `OK` … `UNAUTHENTICATED`; `CODE_17` … `CODE_99` for numbers gRPC does not know; `UNKNOWN` for all else, as gRPC treats
 * what is no status.
 */
export function statusName(code: number): string {
  return names[code] ?? 'UNKNOWN';
}
