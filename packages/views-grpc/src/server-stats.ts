import { Metadata } from '@grpc/grpc-js';

const STATS_HEADER = 'grpc-server-stats-bin';
const SIZE = 10;
const NANOSECONDS = 1e6;

/**
 * Trailers with the time a server took, beside what they hold.
 *
 * Shape: version 0, field 0, then nanoseconds in eight bytes, the lowest first, as gRPC's C++ servers write it.
 */
export function withServerStats(metadata: Metadata | null | undefined, elapsedMs: number): Metadata {
  const bytes = Buffer.alloc(SIZE);
  bytes.writeBigUInt64LE(BigInt(Math.round(elapsedMs * NANOSECONDS)), 2);
  const trailers = metadata?.clone() ?? new Metadata();
  trailers.set(STATS_HEADER, bytes);
  return trailers;
}

/** The milliseconds that trailers tell; NaN if they tell none that can be read. */
export function serverStatsIn(trailers: Metadata | undefined): number {
  const [bytes] = trailers?.get(STATS_HEADER) ?? [];
  if (!Buffer.isBuffer(bytes) || bytes.length < SIZE || bytes[0] !== 0 || bytes[1] !== 0) return Number.NaN;
  return Number(bytes.readBigUInt64LE(2)) / NANOSECONDS;
}
