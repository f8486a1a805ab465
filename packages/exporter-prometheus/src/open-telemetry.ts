import type { Collector } from '@oriel/metrics';
import type { OpenTelemetryReader } from '@oriel/otel';

/** What OpenTelemetry instruments record, as a collector, until it is stopped. */
export interface OpenTelemetryJoin {
  readonly collector: Collector;
  stop(): Promise<void>;
}

/**
 * Joins OpenTelemetry through a reader of the caller's provider, or, given `true`, through a provider of its
 * own, made the global one if there is none.
 *
 * The SDK is loaded here: who switches this off does not pay for it.
 */
export async function joinOpenTelemetry(
  source: true | OpenTelemetryReader,
  onWarning: (message: string) => void,
): Promise<OpenTelemetryJoin> {
  const { openTelemetryCollector } = await import('@oriel/otel');
  if (source !== true) {
    return { collector: openTelemetryCollector({ reader: source, onWarning }), stop: async () => {} };
  }
  const { reader, stop } = await ownProvider(onWarning);
  return { collector: openTelemetryCollector({ reader, onWarning }), stop };
}

interface OwnProvider {
  readonly reader: OpenTelemetryReader;
  stop(): Promise<void>;
}

async function ownProvider(onWarning: (message: string) => void): Promise<OwnProvider> {
  const [{ PrometheusExporter }, { meterProviderFor }, { metrics }] = await Promise.all([
    import('@opentelemetry/exporter-prometheus'),
    import('@oriel/otel'),
    import('@opentelemetry/api'),
  ]);
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = meterProviderFor({ reader, global: true, onWarning });
  return {
    reader,
    async stop() {
      if (metrics.getMeterProvider() === provider) metrics.disable();
      await provider.shutdown();
    },
  };
}
