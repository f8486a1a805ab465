import { hostname } from 'node:os';
import type { BackendContext } from '@oriel/exporter';
import type { Label } from '@oriel/metrics';
import type { RemoteWriteSettings } from './settings.ts';

/**
 * What tells this process's series from those of others, as a scraping server would: `job` and `instance`, and the
 * labels of the settings, which win. A label whose value is empty is left out.
 *
 * Source: OpenTelemetry's rule for service.namespace, service.name and service.instance.id.
 */
export function identityLabels(
  settings: Pick<RemoteWriteSettings, 'job' | 'instance' | 'labels'>,
  { resource, namespace }: Pick<BackendContext, 'resource' | 'namespace'>,
): Label[] {
  const service = [resource['service.namespace'], resource['service.name']].filter(Boolean).join('/');
  const labels: Record<string, string> = {
    job: settings.job || (resource['service.name'] ? service : namespace),
    instance: settings.instance || resource['service.instance.id'] || hostname(),
    ...settings.labels,
  };
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
}
