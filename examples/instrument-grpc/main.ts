// A gRPC server and a client of it, both measured, with their figures on a page.
import { Client, credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { newExporter } from '@oriel/exporter';
import { prometheus } from '@oriel/exporter-prometheus';
import { registerViews } from '@oriel/stats';
import {
  grpcClientInterceptor,
  grpcClientViews,
  grpcServerInterceptor,
  grpcServerViews,
} from '@oriel/views-grpc';
import { greet, greeter } from './greeter.ts';

registerViews(...grpcServerViews(), ...grpcClientViews());
const server = new Server({ interceptors: [grpcServerInterceptor()] });
const interceptors = [grpcClientInterceptor()];

function bind(): Promise<number> {
  server.addService(greeter, { Greet: greet });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** Calls five times a second; one in five for nobody, which the server refuses. */
function keepCalling(client: Client): NodeJS.Timeout {
  const { path, requestSerialize, responseDeserialize } = greeter.Greet;
  const names = ['Ada', 'Grace', 'Edsger', 'Barbara', 'nobody'];
  let calls = 0;
  return setInterval(() => {
    const name = names[calls++ % names.length] ?? 'nobody';
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, name, () => {});
  }, 200);
}

try {
  const exporter = newExporter('', { backends: [prometheus], onStartError: 'throw', logLevel: 'warn' });
  exporter.options().parse();
  await exporter.init();
  const client = new Client(`127.0.0.1:${await bind()}`, credentials.createInsecure(), { interceptors });
  const timer = keepCalling(client);
  const port = exporter.backends()[0]?.bound?.port;
  console.log(`Serving the metrics of both sides at http://localhost:${port}/metrics`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A second signal ends the process at once, as signals do without a listener.
    process.once(signal, () => {
      clearInterval(timer);
      client.close();
      server.tryShutdown(() => void exporter.shutdown());
    });
  }
} catch (error) {
  console.error(`instrument-grpc: ${(error as Error).message}`);
  process.exitCode = 1;
}
