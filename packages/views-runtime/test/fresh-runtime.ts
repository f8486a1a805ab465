import { type MetricType, Registry } from '@oriel/metrics';
import { Stats } from '@oriel/stats';
import { type RuntimeMetrics, type RuntimeMetricsOptions, runtimeMetrics } from '../src/index.ts';

/** A runtime on a registry of its own. */
export interface Fresh {
  readonly registry: Registry;
  readonly stats: Stats;
  readonly runtime: RuntimeMetrics;
}

export function fresh(options: RuntimeMetricsOptions = {}): Fresh {
  const registry = new Registry({ pedantic: true });
  const stats = new Stats({ registry });
  const runtime = runtimeMetrics({ registry, stats, appId: 'shop', namespace: 'prod', ...options });
  return { registry, stats, runtime };
}

/** Rows of a view as `{label:value,…} number`, sorted; a distribution by its count. */
export function rows(stats: Stats, view: string): string[] {
  return stats
    .retrieveData(view)
    .map(({ tags, value, distribution }) => {
      const labels = Object.entries(tags).map(([name, text]) => `${name}=${text}`);
      return `${labels.join(' ')} ${distribution?.count ?? value}`;
    })
    .sort();
}

/** The only row of a distribution. */
export function distributionOf(
  stats: Stats,
  view: string,
): { count: number; sum: number; buckets: readonly number[] } {
  const [row, ...more] = stats.retrieveData(view);
  if (row?.distribution === undefined || more.length > 0) throw new Error(`${view} has not one distribution`);
  return row.distribution;
}

/** Families of a registry by name. */
export async function typesOf(registry: Registry): Promise<Map<string, MetricType>> {
  const { families, errors } = await registry.gather();
  if (errors.length > 0) throw errors[0];
  return new Map(families.map(({ name, type }) => [name, type]));
}
