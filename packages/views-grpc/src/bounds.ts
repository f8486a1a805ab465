/** Bucket bounds of the default views: OpenCensus's, without the leading 0 that it drops. */

/** Of sizes in bytes: 1 KiB to 4 GiB. */
export const BYTES_BOUNDS: readonly number[] = [
  1024, 2048, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824,
  4294967296,
];

/** Of latencies in milliseconds: 10 µs to 100 s. */
export const LATENCY_BOUNDS: readonly number[] = [
  0.01, 0.05, 0.1, 0.3, 0.6, 0.8, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160,
  200, 250, 300, 400, 500, 650, 800, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
];

/** Of numbers of messages: 1 to 65 536, each twice the one before. */
export const MESSAGES_BOUNDS: readonly number[] = Array.from({ length: 17 }, (_, power) => 2 ** power);
