import { OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import {
  createOtlpNetworkExportDelegate,
  ExporterMetrics,
  getSharedConfigurationDefaults,
  type IExporterTransport,
} from '@opentelemetry/otlp-exporter-base';
import {
  type IExportMetricsServiceResponse,
  type ISerializer,
  JsonMetricsSerializer,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { withJsonNumbers } from './json-numbers.ts';
import type { OtlpProtocol } from './settings.ts';
import type { Posted, Transport } from './transport.ts';

type Serializer = ISerializer<ResourceMetrics, IExportMetricsServiceResponse>;

const jsonSerializer: Serializer = {
  serializeRequest: (metrics) => JsonMetricsSerializer.serializeRequest(withJsonNumbers(metrics)),
  deserializeResponse: (answer) => JsonMetricsSerializer.deserializeResponse(answer),
};

/** What became of a request that was taken. */
export interface Receipt {
  readonly bytes: number;
  /** Points that the receiver did not take, and why. */
  readonly rejected: number;
  readonly reason: string;
}

/**
 * The metric exporter of OpenTelemetry over a transport of ours, one request at a time.
 *
 * Its own transports try again by themselves, on timers that cannot be stopped, and keep status and `Retry-After` of an
 * answer to themselves; what has been tried would then be known to nobody.
 */
export class OtlpSender {
  readonly #transport: Transport;
  readonly #exporter: OTLPMetricExporterBase;
  readonly #serializer: Serializer;
  #signal: AbortSignal | undefined;
  #posted: Posted | undefined;

  constructor(protocol: OtlpProtocol, transport: Transport) {
    this.#transport = transport;
    this.#serializer = protocol === 'http/json' ? jsonSerializer : ProtobufMetricsSerializer;
    const own: IExporterTransport = {
      send: (data) => this.#post(data),
      shutdown: () => transport.close(),
    };
    const delegate = createOtlpNetworkExportDelegate(
      getSharedConfigurationDefaults(),
      this.#serializer,
      silent(protocol),
      own,
    );
    this.#exporter = new OTLPMetricExporterBase(delegate);
  }

  /** Errors: what the transport throws. */
  async send(metrics: ResourceMetrics, signal: AbortSignal): Promise<Receipt> {
    this.#signal = signal;
    this.#posted = undefined;
    await new Promise<void>((resolve, reject) => {
      this.#exporter.export(metrics, ({ code, error }) => (code === 0 ? resolve() : reject(error)));
    });
    const { bytes = 0, answer = new Uint8Array() } = this.#posted ?? ({} as Partial<Posted>);
    return { bytes, ...this.#rejection(answer) };
  }

  close(): void {
    this.#transport.close();
  }

  async #post(data: Uint8Array): ReturnType<IExporterTransport['send']> {
    try {
      this.#posted = await this.#transport.post(data, this.#signal ?? AbortSignal.abort());
      return { status: 'success' };
    } catch (error) {
      return { status: 'failure', error: error as Error };
    }
  }

  #rejection(answer: Uint8Array): Pick<Receipt, 'rejected' | 'reason'> {
    if (answer.length === 0) return { rejected: 0, reason: '' };
    try {
      const { partialSuccess } = this.#serializer.deserializeResponse(answer);
      const rejected = Number(partialSuccess?.rejectedDataPoints ?? 0);
      return { rejected: Math.max(rejected, 0), reason: partialSuccess?.errorMessage ?? '' };
    } catch {
      // It has taken them, and says so in a way that cannot be read.
      return { rejected: 0, reason: '' };
    }
  }
}

// Our own metrics tell how the pushes do.
function silent(protocol: OtlpProtocol): ExporterMetrics<ResourceMetrics> {
  return new ExporterMetrics<ResourceMetrics>({
    componentType: protocol === 'grpc' ? 'otlp_grpc_metric_exporter' : 'otlp_http_metric_exporter',
    metricsHelper: MetricsExporterMetricsHelper,
    url: undefined,
    meterProvider: undefined,
    responseAttributesFromError: () => ({}),
  });
}
