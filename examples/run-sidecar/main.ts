import { once } from 'node:events';
import { type CommandLine, helpText, readCommandLine } from './command-line.ts';
import { withoutPassword } from './components/redis-connection.ts';
import { type Measuring, measuringOf } from './measuring.ts';
import { type Sidecar, startSidecar } from './sidecar.ts';
import { startTraffic } from './traffic.ts';

/** The app that this sidecar stands beside. */
const APP_ID = 'shop';

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2), process.env);
  const measuring = measuringOf(APP_ID, line.profile);
  if (line.help) {
    console.log(helpText(measuring.exporter.options().help()));
    return;
  }
  const signal = ended();
  const stack = new AsyncDisposableStack();
  try {
    await run(line, measuring, signal, stack);
  } catch (error) {
    // A start that was told to end has failed for that reason alone.
    if (!signal.aborted) throw error;
  } finally {
    await stack.disposeAsync();
  }
}

async function run(
  line: CommandLine,
  measuring: Measuring,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<void> {
  const { exporter, runtime } = measuring;
  exporter.options().applyFlags(line.metrics);
  // Last to stop: a page may still be read while the rest ends.
  stack.defer(() => runtime.stop());
  stack.defer(() => exporter.shutdown());
  await exporter.init();
  const sidecar = await startSidecar({ ...line, appId: APP_ID, measuring, signal }, stack);
  signal.throwIfAborted();
  if (line.rate > 0) {
    const ports = { http: sidecar.http.port, grpc: sidecar.grpc.port };
    stack.adopt(startTraffic(ports, line.rate), (traffic) => traffic.stop());
  }
  sayWhereToLook(line, measuring, sidecar);
  if (!signal.aborted) await once(signal, 'abort');
}

function sayWhereToLook({ redis }: CommandLine, { exporter }: Measuring, { http, grpc }: Sidecar): void {
  const { metricsEnabled, metricsPort, metricsPath, configFile } = exporter.options();
  const api = `http://127.0.0.1:${http.port}`;
  console.log(`sidecar   ${api}/v1.0/invoke/inventory/method/stock`);
  console.log(`circuits  ${api}/v1.0/metadata`);
  console.log(`grpc      127.0.0.1:${grpc.port}`);
  console.log(
    `state     ${redis === undefined ? 'in this process; --redis for a Redis' : withoutPassword(redis)}`,
  );
  if (metricsEnabled) {
    console.log(`metrics   http://127.0.0.1:${metricsPort}${metricsPath}`);
    console.log(`operator  ${configFile || 'no file; --metrics-config for one'}`);
  }
  console.log('Ctrl-C ends it');
}

/** Aborted by the first signal to end; a second one ends the process at once. */
function ended(): AbortSignal {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const end = (): void => {
    for (const signal of signals) process.off(signal, end);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, end);
  return controller.signal;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
