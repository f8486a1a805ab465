import { MetricsError } from '@oriel/metrics';
import type { EncodeText } from './file-settings.ts';
import { importInstalled } from './installed-package.ts';

const owner = '@oriel/exporter-prometheus';

/**
 * The encoder of Prometheus' text format, from the package that has it: looked for as backends are.
 *
 * Errors: {@link MetricsError} `BACKEND_FAILED` if it is not installed.
 */
export async function findTextEncoder(): Promise<EncodeText> {
  const exported = await importInstalled(owner);
  const encode = exported?.encode;
  if (typeof encode === 'function') return encode as EncodeText;
  const fault = exported === undefined ? 'is not installed' : 'has no encoder';
  throw new MetricsError('BACKEND_FAILED', {
    message: `Cannot write format "prometheus": package "${owner}" ${fault}; install it, or pass its "encode" in the settings of backend "file"`,
    details: { backend: 'file', package: owner },
  });
}
