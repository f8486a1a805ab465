import { type EncodeOptions, encode } from '@oriel/exporter-prometheus';
import type { Gatherer, Snapshot } from '@oriel/metrics';

/** A snapshot as text. */
export function render(snapshot: Snapshot, options: EncodeOptions): string {
  return Buffer.concat([...encode(snapshot, options)]).toString('utf8');
}

/** What a registry holds, as text 0.0.4. */
export async function textOf(gatherer: Gatherer): Promise<string> {
  return render(await gatherer.gather(), { format: 'text-0.0.4' });
}

/** What a registry holds, as OpenMetrics 1.0. */
export async function openMetricsOf(gatherer: Gatherer): Promise<string> {
  return render(await gatherer.gather(), { format: 'openmetrics-1.0.0', created: true });
}
