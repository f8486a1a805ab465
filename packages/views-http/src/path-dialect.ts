import { maskIds } from './path-mask.ts';

/** What is known of paths before the operator says anything. */
export interface PathDialect {
  /** Paths that are labels as they are, whatever the patterns. */
  readonly staticPaths: readonly string[];
  /** Each pattern is added once more behind each of these, unless it begins with the prefix's literal part. */
  readonly prefixes: readonly string[];
  /** Takes ids out of a path that no pattern matches; what it returns is matched once more. */
  mask(path: string): string;
}

/** Paths of which nothing is known. */
export const plainPaths: PathDialect = Object.freeze({
  staticPaths: Object.freeze([]),
  prefixes: Object.freeze([]),
  mask: (path: string): string => path,
});

/**
 * Paths of a Dapr sidecar: its own end points, patterns also where another app's method is invoked, ids masked.
 *
 * Source: Dapr 1.18, HTTP metrics.
 */
export const daprPaths: PathDialect = Object.freeze({
  staticPaths: Object.freeze(['/dapr/config', '/dapr/metrics', '/dapr/subscribe', '/healthz']),
  prefixes: Object.freeze(['/v1.0/invoke/{app_id}/method']),
  mask: maskIds,
});
