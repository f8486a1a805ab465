import { diag, metrics } from '@opentelemetry/api';
import { type IMetricReader, MeterProvider, type MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { MetricsError } from '@oriel/metrics';

export interface MeterProviderForOptions extends Pick<MeterProviderOptions, 'resource' | 'views'> {
  /** Bound to the provider; a reader can be bound once. */
  readonly reader: IMetricReader;
  /** Makes the provider the one that `metrics.getMeter` of the OpenTelemetry API uses. Default: false. */
  readonly global?: boolean;
  /** Told when another global provider is set already. Default: OpenTelemetry's `diag.warn`. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Makes a `MeterProvider` whose instruments are read through a reader.
 *
 * The caller shuts it down, and calls `metrics.disable()` if it was made global. A global provider that is set
 * already stays, with a warning: its instruments are not read by this reader.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID` for a reader that is bound already, or a wrong view.
 */
export function meterProviderFor(options: MeterProviderForOptions): MeterProvider {
  const provider = makeProvider(options);
  if (options.global && !metrics.setGlobalMeterProvider(provider)) {
    const warn = options.onWarning ?? ((message: string) => diag.warn(message));
    warn(
      'Cannot set the global OpenTelemetry MeterProvider: another one is set; give this reader to that one, or use the provider returned',
    );
  }
  return provider;
}

function makeProvider({ reader, resource, views }: MeterProviderForOptions): MeterProvider {
  try {
    return new MeterProvider({ resource, views, readers: [reader] });
  } catch (cause) {
    throw new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot make a MeterProvider: "${cause instanceof Error ? cause.message : cause}"; use a new reader and valid views`,
      cause,
    });
  }
}
