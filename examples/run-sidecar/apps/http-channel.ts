import type { Answer } from '../answer.ts';
import { type AppCall, type AppChannel, unreachable } from './app.ts';

/** Where the sidecar asks an app for its health; the metrics of calls leave it out. */
export const HEALTH_PATH = '/healthz';

/** Reaches an app over HTTP. */
export class HttpChannel implements AppChannel {
  readonly #app: string;
  readonly #base: string;

  constructor(app: string, port: number) {
    this.#app = app;
    this.#base = `http://127.0.0.1:${port}`;
  }

  async call({ verb, method, body, timeoutMs }: AppCall): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${this.#base}/${encodeURIComponent(method)}`, {
        method: verb,
        // fetch refuses a body with these verbs.
        ...(verb !== 'GET' && verb !== 'HEAD' && { body }),
        signal,
      });
      return { status: response.status, text: await response.text() };
    } catch {
      return unreachable(this.#app, signal.aborted);
    }
  }

  async probe(timeoutMs: number): Promise<void> {
    await fetch(this.#base + HEALTH_PATH, { signal: AbortSignal.timeout(timeoutMs) })
      .then((response) => response.arrayBuffer())
      .catch(() => undefined);
  }

  close(): void {}
}
