import { performance } from 'node:perf_hooks';
import type { TagMap } from '@oriel/stats';
import type { ByteAccount } from './byte-meter.ts';
import { type HttpFailure, pathOf } from './http-exchange.ts';

/** What the requests of `node:http` and of undici have in common, from the call to the end of the response. */
export abstract class OutgoingExchange<Request extends { readonly method: string; readonly path: string }>
  implements ByteAccount
{
  readonly startedAt: number = performance.now();
  readonly request: Request;
  readonly tags: TagMap;
  ignored = false;
  ended = false;
  status: number | HttpFailure = 'error';
  latencyMs = 0;
  receivedBytes = 0;
  sentBytes = 0;

  constructor(request: Request, tags: TagMap) {
    this.request = request;
    this.tags = tags;
  }

  get side(): 'client' {
    return 'client';
  }

  get method(): string {
    return this.request.method;
  }

  get target(): string {
    return this.request.path;
  }

  get path(): string {
    return pathOf(this.request.path);
  }

  get route(): string {
    return '';
  }
}
