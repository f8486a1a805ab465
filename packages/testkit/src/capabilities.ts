import type { MetricType } from '@oriel/metrics';
import type { Fault } from './destination.ts';

/** What a backend and its protocol can do. Each switches single expectations of the contract. */
export interface Capabilities {
  /** Whether it sends by itself or is asked. */
  readonly direction: 'push' | 'pull';
  /** Whether counts are sent as totals or as what was added since the last delivery. Default: `cumulative`. */
  readonly temporality?: 'cumulative' | 'delta';
  /**
   * Labels: any value arrives as it was, values the protocol cannot carry arrive changed, or there are none.
   * Default: `exact`.
   */
  readonly tags?: 'exact' | 'cleaned' | 'none';
  /** As what a type arrives where not as itself; `absent` for one that is left out. */
  readonly types?: Readonly<Partial<Record<MetricType, MetricType | 'absent'>>>;
  /** Whether the protocol tells the type of a family. Default: true. */
  readonly kinds?: boolean;
  /** Default: true. */
  readonly exemplars?: boolean;
  /** Whether it tells when counting began. Default: true. */
  readonly created?: boolean;
  /** Whether NaN and infinities are carried. Default: true; what is not carried must be left out. */
  readonly nonFinite?: boolean;
  /** Whether it learns that a delivery has arrived; UDP does not. Default: true. */
  readonly acknowledges?: boolean;
  /** Largest relative error of a number: 0 for doubles, 2 ** -24 for single precision. Default: 0. */
  readonly precision?: number;
  /** What its destination can be told to do. Default: `absent`, `cut` and `hang` for push, none for pull. */
  readonly faults?: readonly Fault[];
  /** Milliseconds between two deliveries of a push backend as it is configured here. Default: 60000. */
  readonly intervalMs?: number;
  /** Batches it keeps while its destination is away. Default: 10. */
  readonly queueLimit?: number;
}

/** Capabilities with every default filled in. */
export type FullCapabilities = Required<Capabilities>;

/** Fills in the defaults. */
export function fullCapabilities(given: Capabilities): FullCapabilities {
  const faults: readonly Fault[] = given.direction === 'push' ? ['absent', 'cut', 'hang'] : [];
  return { ...defaults, faults, ...given };
}

const defaults = {
  temporality: 'cumulative',
  tags: 'exact',
  types: {},
  kinds: true,
  exemplars: true,
  created: true,
  nonFinite: true,
  acknowledges: true,
  precision: 0,
  intervalMs: 60_000,
  queueLimit: 10,
} as const;
