import { Client, credentials, type Interceptor, type ServiceError, status } from '@grpc/grpc-js';
import { type Answer, json } from '../answer.ts';
import { type AppCall, type AppChannel, unreachable } from './app.ts';
import { healthService, pricingService } from './pricing-service.ts';

/** Reaches the app `pricing` over gRPC. */
export class GrpcChannel implements AppChannel {
  readonly #app: string;
  readonly #client: Client;

  constructor(app: string, port: number, interceptor: Interceptor) {
    this.#app = app;
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      interceptors: [interceptor],
    });
  }

  call({ method, body, timeoutMs }: AppCall): Promise<Answer> {
    if (method !== 'quote') return Promise.resolve(json(404, { message: 'no such method' }));
    const { path, requestSerialize, responseDeserialize } = pricingService.quote;
    const options = { deadline: Date.now() + timeoutMs };
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        body,
        options,
        (error, text) => {
          resolve(error === null ? { status: 200, text } : this.#failed(error));
        },
      );
    });
  }

  probe(timeoutMs: number): Promise<void> {
    const { path, requestSerialize, responseDeserialize } = healthService.check;
    const options = { deadline: Date.now() + timeoutMs };
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        Buffer.alloc(0),
        options,
        () => resolve(),
      );
    });
  }

  close(): void {
    this.#client.close();
  }

  #failed({ code, details }: ServiceError): Answer {
    if (code === status.NOT_FOUND) return json(404, { message: details });
    return unreachable(this.#app, code === status.DEADLINE_EXCEEDED);
  }
}
