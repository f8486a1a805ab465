import type { IncomingMessage, ServerResponse } from 'node:http';
import { BasicAuth, type Verdict } from './basic-auth.ts';
import { answerText } from './plain-answer.ts';
import type { RequestHandler } from './scrape-handler.ts';
import { TokenBucket } from './token-bucket.ts';
import type { WebConfig } from './web-config.ts';
import { durationMs } from './web-schema.ts';

/**
 * What stands before every page: the rate limit, the response headers and the users of a web configuration,
 * in the order of exporter-toolkit.
 */
export class WebGate {
  readonly #auth = new BasicAuth();
  readonly #bucket: TokenBucket;
  readonly #config: () => WebConfig;

  /** `config` is asked at each request; the rate limit is that of the first answer. */
  constructor(config: () => WebConfig) {
    const { interval, burst = 0 } = config().rate_limit ?? {};
    this.#bucket = new TokenBucket(durationMs(interval) ?? 0, burst);
    this.#config = config;
  }

  /** Hands a request that may pass on to a handler, and answers the others. */
  guard(handle: RequestHandler): RequestHandler {
    return (request, response) => {
      const { http_server_config: http, basic_auth_users: users } = this.#config();
      if (!this.#bucket.takes())
        return answerText(response, 429, 'Too many requests\n', { 'Retry-After': '1' });
      for (const [name, value] of Object.entries(http?.headers ?? {})) {
        if (value !== '') response.setHeader(name, value);
      }
      if (Object.keys(users ?? {}).length === 0) return handle(request, response);
      void this.#admit(request, response, users!, handle);
    };
  }

  stop(): Promise<void> {
    return this.#auth.stop();
  }

  async #admit(
    request: IncomingMessage,
    response: ServerResponse,
    users: Readonly<Record<string, string>>,
    handle: RequestHandler,
  ): Promise<void> {
    const verdict = this.#auth.check(request.headers.authorization, users);
    const known = typeof verdict === 'string' ? verdict : await verdict;
    if (response.destroyed) return;
    if (known === 'admitted') handle(request, response);
    else refuse(response, known);
  }
}

function refuse(response: ServerResponse, verdict: Verdict): void {
  if (verdict === 'busy') {
    answerText(response, 503, 'Too many logins at once; try again later\n', { 'Retry-After': '1' });
    return;
  }
  answerText(response, 401, 'Unauthorized\n', { 'WWW-Authenticate': 'Basic' });
}
