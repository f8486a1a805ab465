import { defaultRegistry, MetricsError, quote, type Registerer } from '@oriel/metrics';
import { defaultStats, Stats } from '@oriel/stats';
import { daprPaths, PathLabels, type PathRules } from '@oriel/views-http';
import { checkedLatencies, defaultBounds } from './bounds.ts';
import { parts as allParts, controlPlaneParts, type Part, sidecarParts } from './catalogue.ts';
import type { Identity } from './identity.ts';
import type { BoundsCode, OptIn } from './measure-definition.ts';
import type { Profile } from './profile.ts';

export interface RuntimeMetricsOptions {
  /** Names, labels and units: `dapr` as in Dapr, `default` by today's conventions. Default: `default`. */
  readonly profile?: Profile;
  /** Label `app_id` of everything a sidecar measures. Default: none; needed unless all `parts` are of the control plane. */
  readonly appId?: string;
  /** Label `namespace`. Default: empty, as outside Kubernetes. */
  readonly namespace?: string;
  /** What is measured. Default: all parts of a sidecar. */
  readonly parts?: readonly Part[];
  /** Where measures and views are. Default: a new one over `registry` if that is given, else `defaultStats()`. */
  readonly stats?: Stats;
  /** What `stats` was made with: the circuit breakers' state set goes there. Default: the default registry for the default `stats`. */
  readonly registry?: Registerer;
  /** Whether error codes are counted. Default: false. */
  readonly recordErrorCodes?: boolean;
  /** Rules for the labels of paths and methods. Default: unknown paths are empty. */
  readonly http?: Partial<PathRules>;
  /** Bounds of all latencies, in milliseconds. Default: 34, from 1 ms to 100 s. */
  readonly latencyBuckets?: readonly number[];
  /** Bounds of the execution latencies of workflows and activities, in milliseconds. Default: `latencyBuckets`. */
  readonly workflowLatencyBuckets?: readonly number[];
  /** Rows of each view; tags beyond it share one. Default: 5000. */
  readonly seriesLimit?: number;
}

/** Options that were checked, with all defaults. */
export interface RuntimeSettings {
  readonly profile: Profile;
  readonly identity: Identity;
  readonly parts: readonly Part[];
  readonly stats: Stats;
  /** Not known for a `Stats` that came without. */
  readonly registry: Registerer | undefined;
  readonly optIns: Readonly<Record<OptIn, boolean>>;
  readonly paths: PathLabels;
  readonly bounds: Readonly<Record<BoundsCode, readonly number[]>>;
  readonly seriesLimit: number;
}

/** Checks options. Errors: {@link MetricsError} `ARGUMENT_INVALID`, `BOUNDS_NOT_RISING`, `BOUND_NOT_FINITE`, `PATH_PATTERN_INVALID`. */
export function settingsOf(options: RuntimeMetricsOptions): RuntimeSettings {
  const { profile = 'default', namespace = '', recordErrorCodes = false, seriesLimit = 5000 } = options ?? {};
  if (profile !== 'dapr' && profile !== 'default') throw refusal('profile', profile, '"dapr" or "default"');
  if (typeof namespace !== 'string') throw refusal('namespace', namespace, 'a string');
  if (typeof recordErrorCodes !== 'boolean')
    throw refusal('recordErrorCodes', recordErrorCodes, 'true or false');
  const parts = checkedParts(options.parts ?? sidecarParts);
  const paths = new PathLabels({ ...options.http, dialect: daprPaths });
  return {
    profile,
    parts,
    identity: { app_id: checkedAppId(options.appId, parts), namespace },
    ...storesOf(options, profile, parts),
    optIns: { recordErrorCodes, increasedCardinality: paths.rules.increasedCardinality },
    paths,
    bounds: boundsOf(options),
    seriesLimit: checkedLimit(seriesLimit),
  };
}

function boundsOf(options: RuntimeMetricsOptions): RuntimeSettings['bounds'] {
  const LAT = checkedLatencies('latencyBuckets', options.latencyBuckets) ?? defaultBounds.LAT;
  const WLAT = checkedLatencies('workflowLatencyBuckets', options.workflowLatencyBuckets) ?? LAT;
  return { ...defaultBounds, LAT, WLAT };
}

function checkedParts(given: readonly Part[]): readonly Part[] {
  if (!Array.isArray(given)) throw refusal('parts', given, 'a list of parts');
  const unknown = given.find((part) => !allParts.includes(part));
  if (unknown !== undefined) throw refusal('parts', unknown, `some of ${allParts.join(', ')}`);
  return [...new Set(given)];
}

// An empty app id would be a label that nobody set, on every series.
function checkedAppId(appId: unknown, parts: readonly Part[]): string {
  const needed = parts.some((part) => !controlPlaneParts.some((own) => own === part));
  if (typeof appId === 'string' && appId !== '') return appId;
  if (needed || (appId !== undefined && appId !== '')) throw refusal('appId', appId, 'the id of the app');
  return '';
}

function checkedLimit(limit: unknown): number {
  if (limit === Number.POSITIVE_INFINITY || (Number.isInteger(limit) && Number(limit) >= 1))
    return Number(limit);
  throw refusal('seriesLimit', limit, 'a whole number of at least 1, or Infinity');
}

function storesOf(
  options: RuntimeMetricsOptions,
  profile: Profile,
  parts: readonly Part[],
): Pick<RuntimeSettings, 'stats' | 'registry'> {
  const { registry } = options;
  const stats = options.stats ?? (registry === undefined ? defaultStats() : new Stats({ registry }));
  const known = registry ?? (stats === defaultStats() ? defaultRegistry() : undefined);
  if (known === undefined && profile === 'default' && parts.includes('resiliency')) {
    throw new MetricsError('ARGUMENT_INVALID', {
      message:
        'Cannot make runtime metrics: stats is given without registry, where the state of circuit breakers goes; pass the registry that stats was made with',
      details: { option: 'registry' },
    });
  }
  return { stats, registry: known };
}

function refusal(option: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make runtime metrics: ${option} is ${quote(value)}; use ${wanted}`,
    details: { option, value },
  });
}
