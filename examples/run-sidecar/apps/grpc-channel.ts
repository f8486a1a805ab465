import {
  Client,
  credentials,
  type Interceptor,
  type MethodDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
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

  async call({ method, body, timeoutMs }: AppCall): Promise<Answer> {
    if (method !== 'quote') return json(404, { message: 'no such method' });
    const { error, answer: text = '' } = await this.#ask(pricingService.quote, body, timeoutMs);
    return error === null ? { status: 200, text } : this.#failed(error);
  }

  async probe(timeoutMs: number): Promise<void> {
    await this.#ask(healthService.check, Buffer.alloc(0), timeoutMs);
  }

  close(): void {
    this.#client.close();
  }

  #ask<Asked, Answered>(
    { path, requestSerialize, responseDeserialize }: MethodDefinition<Asked, Answered>,
    body: Asked,
    timeoutMs: number,
  ): Promise<{ readonly error: ServiceError | null; readonly answer?: Answered }> {
    const options = { deadline: Date.now() + timeoutMs };
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        body,
        options,
        (error, answer) => resolve({ error, answer }),
      );
    });
  }

  #failed({ code, details }: ServiceError): Answer {
    if (code === status.NOT_FOUND) return json(404, { message: details });
    return unreachable(this.#app, code === status.DEADLINE_EXCEEDED);
  }
}
