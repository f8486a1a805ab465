import type { Interceptor, ServerInterceptor } from '@grpc/grpc-js';
import { type Exporter, newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import { defaultRegistry } from '@oriel/metrics';
import { grpcClientInterceptor, grpcServerInterceptor } from '@oriel/views-grpc';
import { type HttpInstrumentation, instrumentHttp } from '@oriel/views-http';
import {
  type Part,
  type Profile,
  type RuntimeMetrics,
  runtimeConfig,
  runtimeMetrics,
} from '@oriel/views-runtime';
import { pathMatching } from './api/routes.ts';
import { HEALTH_PATH } from './apps/http-channel.ts';

/** All that measures the sidecar. */
export interface Measuring {
  readonly runtime: RuntimeMetrics;
  readonly exporter: Exporter;
  readonly grpcServer: ServerInterceptor;
  readonly grpcClient: Interceptor;
  /** Measures HTTP from now on, at the sidecar's own end points only. */
  measureHttp(endPoints: HttpEndPoints): HttpInstrumentation;
}

/** What tells the sidecar's traffic from that of the apps and the metrics server in the same process. */
export interface HttpEndPoints {
  readonly apiPort: number;
  /** `host:port` of each app. */
  readonly apps: ReadonlySet<string>;
}

// All of a sidecar but workflows, which this one has not.
const parts: readonly Part[] = ['service', 'http', 'grpc', 'component', 'resiliency', 'errorCode'];

/** Makes the measures, views and exporter; nothing starts before the exporter's `init()`. */
export function measuringOf(appId: string, profile: Profile): Measuring {
  const http = { pathMatching };
  const runtime = runtimeMetrics({ appId, profile, parts, recordErrorCodes: true, http });
  const exporter = newExporter(profile === 'dapr' ? 'dapr' : '', {
    backends: [prometheus],
    // Dapr's names end as they are; those of today's conventions fit any translation.
    ...(profile === 'dapr' && {
      backendSettings: { prometheus: { translation: 'UnderscoreEscapingWithoutSuffixes' } },
    }),
    configurables: [runtimeConfig(runtime)],
  });
  // What the registry knows about itself: recordings that were dropped, or folded beyond a limit.
  const registry = defaultRegistry();
  registry.register(registry.selfMetrics());
  const recorder = runtime.grpc.recorder();
  return {
    runtime,
    exporter,
    grpcServer: grpcServerInterceptor({ recorder }),
    grpcClient: grpcClientInterceptor({ recorder }),
    measureHttp: (endPoints) => measureHttp(runtime, endPoints),
  };
}

function measureHttp(runtime: RuntimeMetrics, { apiPort, apps }: HttpEndPoints): HttpInstrumentation {
  const instrumentation = instrumentHttp({
    recorders: [runtime.http.recorder({ healthProbePath: HEALTH_PATH })],
    ignore: ({ side, localPort, host }) => (side === 'server' ? localPort !== apiPort : !apps.has(host)),
  });
  defaultRegistry().register(instrumentation.faults);
  return instrumentation;
}
