import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptsHtml } from './negotiate.ts';
import { answerText, refusedMethod } from './plain-answer.ts';
import { pathOf } from './request-url.ts';
import type { RequestHandler } from './scrape-handler.ts';

export interface RouteTargets {
  readonly metricsPath: string;
  readonly metrics: RequestHandler;
  /** Answers a browser that asks for `/`. */
  readonly landing: RequestHandler;
  readonly isReady: () => boolean;
}

/** Hands requests on by path: metrics, landing page, health, readiness; 404 for the rest. */
export function routes({ metricsPath, metrics, landing, isReady }: RouteTargets): RequestHandler {
  const byPath = new Map<string, RequestHandler>([
    [
      '/',
      (request, response) => {
        if (!acceptsHtml(request.headers.accept)) return metrics(request, response);
        if (!refusedMethod(request.method, response)) landing(request, response);
      },
    ],
    ['/-/healthy', reading((response) => answerText(response, 200, 'Healthy\n'))],
    [
      '/-/ready',
      reading((response) =>
        isReady() ? answerText(response, 200, 'Ready\n') : answerText(response, 503, 'Not ready\n'),
      ),
    ],
    [metricsPath, metrics],
  ]);
  const missing = (response: ServerResponse): void =>
    answerText(response, 404, `Not found; metrics are at ${metricsPath}\n`);
  return (request, response) => {
    const target = byPath.get(pathOf(request.url));
    if (target === undefined) missing(response);
    else target(request, response);
  };
}

function reading(answer: (response: ServerResponse) => void): RequestHandler {
  return (request: IncomingMessage, response: ServerResponse) => {
    if (!refusedMethod(request.method, response)) answer(response);
  };
}
