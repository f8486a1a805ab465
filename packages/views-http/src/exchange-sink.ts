import { HookFaults } from './hook-faults.ts';
import type { HttpExchange, HttpRecorder, HttpRequestInfo } from './http-exchange.ts';

export interface ExchangeSinkOptions {
  readonly recorders: readonly HttpRecorder[];
  readonly ignore?: ((request: HttpRequestInfo) => boolean) | undefined;
}

/** Where exchanges go: to every recorder, unless they are to be ignored. Never throws. */
export class ExchangeSink {
  readonly faults: HookFaults = new HookFaults();
  readonly #recorders: readonly HttpRecorder[];
  readonly #ignore: ((request: HttpRequestInfo) => boolean) | undefined;

  constructor({ recorders, ignore }: ExchangeSinkOptions) {
    this.#recorders = recorders;
    this.#ignore = ignore;
  }

  /** Whether nobody wants to hear of a request; one the filter fails on is measured. */
  ignores(request: HttpRequestInfo): boolean {
    if (this.#ignore === undefined) return false;
    try {
      return this.#ignore(request) === true;
    } catch {
      this.faults.add('filter_failed');
      return false;
    }
  }

  server(exchange: HttpExchange): void {
    const recorders = this.#recorders;
    for (let i = 0; i < recorders.length; i++) {
      try {
        recorders[i].server?.(exchange);
      } catch {
        this.faults.add('recorder_failed');
      }
    }
  }

  client(exchange: HttpExchange): void {
    const recorders = this.#recorders;
    for (let i = 0; i < recorders.length; i++) {
      try {
        recorders[i].client?.(exchange);
      } catch {
        this.faults.add('recorder_failed');
      }
    }
  }
}
