import {
  type handleUnaryCall,
  Server,
  type ServerInterceptor,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { RuntimeMetrics } from '@oriel/views-runtime';
import { type Answer, failure } from '../answer.ts';
import type { Operations } from '../operations.ts';
import { listen, shutdown } from './grpc-listen.ts';
import type { Api } from './http-api.ts';
import { sidecarService } from './sidecar-service.ts';

type Fields = Readonly<Record<string, string>>;

/** Serves the operations over gRPC on the loopback address; rejects if it cannot listen. */
export async function startGrpcApi(
  operations: Operations,
  runtime: RuntimeMetrics,
  { port, interceptor }: { readonly port: number; readonly interceptor: ServerInterceptor },
): Promise<Api> {
  const server = new Server({ interceptors: [interceptor] });
  const answering =
    (act: (fields: Fields) => Promise<Answer>): handleUnaryCall<string, string> =>
    ({ request }, callback) =>
      void read(request, act).then((answer) => reply(answer, runtime, callback));
  server.addService(sidecarService, {
    invoke: answering(({ app, method, body }) => operations.invoke(app, { verb: 'POST', method, body })),
    getState: answering(({ store, key }) => operations.getState(store, key)),
    saveState: answering(({ store, key, body }) => operations.saveState(store, [{ key, value: body }])),
    publish: answering(({ pubsub, topic, body }) => operations.publish(pubsub, topic, body)),
  });
  return { port: await listen(server, port), close: () => shutdown(server) };
}

// What is missing in a request is the empty text, as in protobuf.
async function read(request: string, act: (fields: Fields) => Promise<Answer>): Promise<Answer> {
  try {
    const fields = Object.entries(JSON.parse(request) as object).map(([name, value]) => [name, `${value}`]);
    const empty = { app: '', method: '', body: '', store: '', key: '', pubsub: '', topic: '' };
    return await act({ ...empty, ...Object.fromEntries(fields) });
  } catch {
    return malformed;
  }
}

function reply(answer: Answer, runtime: RuntimeMetrics, callback: sendUnaryData<string>): void {
  if (answer.error !== undefined) runtime.errorCode(answer.error);
  if (answer.status < 300) callback(null, answer.text ?? '');
  else callback({ code: codes.get(answer.status) ?? status.INTERNAL, details: answer.text });
}

const codes: ReadonlyMap<number, status> = new Map([
  [400, status.INVALID_ARGUMENT],
  [403, status.PERMISSION_DENIED],
  [404, status.NOT_FOUND],
  [502, status.UNAVAILABLE],
  [503, status.UNAVAILABLE],
  [504, status.DEADLINE_EXCEEDED],
]);

const malformed: Answer = failure(
  400,
  { code: 'ERR_MALFORMED_REQUEST', category: 'common' },
  'The request must be a JSON object',
);
