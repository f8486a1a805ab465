import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { FamilyHead, SeriesColumns } from '@oriel/metrics';
import { LabelTable } from './label-table.ts';

type Resource = ResourceMetrics['resource'];

/** The family of the resource. It has no help: OpenTelemetry gives none. */
export const targetHead: FamilyHead = { name: 'target', help: 'Target metadata', unit: '', type: 'info' };

/**
 * Waits for attributes that are there already, a turn of the event loop at most.
 *
 * Returns whether all are there: a detector that takes longer, or hangs, does not hold up the metrics.
 */
export async function isSettled(resource: Resource): Promise<boolean> {
  if (!resource.asyncAttributesPending) return true;
  await Promise.race([resource.waitForAsyncAttributes?.(), new Promise((resolve) => setImmediate(resolve))]);
  return !resource.asyncAttributesPending;
}

/** One series with all attributes of the resource; none for an empty resource. */
export function targetColumns(resource: Resource): SeriesColumns | undefined {
  const table = new LabelTable(1, { reserved: new Set() });
  table.write(0, resource.attributes);
  const labels = table.finish(1);
  if (!labels.ids.some((id) => id !== 0)) return undefined;
  return { rows: 1, constLabels: [], labels, stride: 0, values: new Float64Array(), points: [], states: [] };
}
