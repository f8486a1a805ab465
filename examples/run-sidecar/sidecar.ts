import { startGrpcApi } from './api/grpc-api.ts';
import { type Api, startHttpApi } from './api/http-api.ts';
import type { AppChannel } from './apps/app.ts';
import { type DemoApps, startDemoApps, TOPIC } from './apps/demo-apps.ts';
import { GrpcChannel } from './apps/grpc-channel.ts';
import { HttpChannel } from './apps/http-channel.ts';
import { openComponents } from './components/components.ts';
import { deliverTo } from './components/subscription.ts';
import { startProbes } from './health.ts';
import { Invoker } from './invoker.ts';
import type { Measuring } from './measuring.ts';
import { Operations } from './operations.ts';
import { POLICY_NAME } from './resiliency/policy.ts';

export interface SidecarOptions {
  readonly appId: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly redis: string | undefined;
  readonly measuring: Measuring;
  /** Aborted when the program is to end, at whatever point of the start. */
  readonly signal: AbortSignal;
}

/** Where the sidecar listens. */
export interface Sidecar {
  readonly http: Api;
  readonly grpc: Api;
}

/** Starts everything; the stack stops it in the opposite order. Rejects when a part cannot start, or the signal comes first. */
export async function startSidecar(options: SidecarOptions, stack: AsyncDisposableStack): Promise<Sidecar> {
  const { measuring, signal, appId } = options;
  const { runtime } = measuring;
  const apps = await startDemoApps(stack);
  signal.throwIfAborted();
  const components = await openComponents({ ...options, runtime }, stack);
  runtime.resiliency.policyLoaded({ name: POLICY_NAME });
  const channels = channelsTo(apps, measuring, stack);
  const own = channels.get(appId);
  if (own !== undefined) await components.broker.subscribe(TOPIC, deliverTo(own, TOPIC, runtime));
  signal.throwIfAborted();
  const operations = new Operations(runtime, new Invoker(runtime, channels), components);
  const sidecar = await startApis(operations, options, stack);
  if (measuring.exporter.options().metricsEnabled) measureTraffic(sidecar, apps, measuring, stack);
  stack.adopt(startProbes(channels), (probes) => probes.stop());
  return sidecar;
}

async function startApis(
  operations: Operations,
  { measuring, port, grpcPort }: SidecarOptions,
  stack: AsyncDisposableStack,
): Promise<Sidecar> {
  const { runtime, grpcServer: interceptor } = measuring;
  const close = (api: Api): Promise<void> => api.close();
  const http = await startHttpApi(operations, runtime, port).catch(notListening('port', port));
  stack.adopt(http, close);
  const own = { port: grpcPort, interceptor };
  const grpc = await startGrpcApi(operations, runtime, own).catch(notListening('grpc-port', grpcPort));
  stack.adopt(grpc, close);
  return { http, grpc };
}

function notListening(flag: string, port: number): (cause: Error) => never {
  return (cause) => {
    const what = `Cannot listen on "127.0.0.1:${port}": ${cause.message}`;
    throw new Error(`${what}; pass --${flag}=0 for any free port`, { cause });
  };
}

function channelsTo(
  { http, pricing }: DemoApps,
  { grpcClient }: Measuring,
  stack: AsyncDisposableStack,
): ReadonlyMap<string, AppChannel> {
  const channels = new Map<string, AppChannel>();
  for (const [app, { port }] of http) channels.set(app, new HttpChannel(app, port));
  channels.set('pricing', new GrpcChannel('pricing', pricing.port, grpcClient));
  for (const channel of channels.values()) stack.adopt(channel, (own) => own.close());
  return channels;
}

function measureTraffic(
  { http }: Sidecar,
  apps: DemoApps,
  measuring: Measuring,
  stack: AsyncDisposableStack,
): void {
  const hosts = new Set([...apps.http.values()].map(({ port }) => `127.0.0.1:${port}`));
  stack.adopt(measuring.measureHttp({ apiPort: http.port, apps: hosts }), (instrumentation) =>
    instrumentation.stop(),
  );
}
