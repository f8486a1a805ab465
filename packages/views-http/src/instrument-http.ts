import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Collector } from '@oriel/metrics';
import { ClientHook } from './client-hook.ts';
import { ExchangeSink } from './exchange-sink.ts';
import type { HttpRecorder, HttpRequestInfo } from './http-exchange.ts';
import { Http2Hook } from './http2-hook.ts';
import { declareMeasured } from './measured-responses.ts';
import { type OpenCensusRecorderOptions, openCensusRecorder } from './opencensus-recorder.ts';
import { observeServers } from './server-emit.ts';
import { ServerHook } from './server-hook.ts';
import { extractor, injector, type TagTransport } from './tag-propagation.ts';
import { UndiciHook } from './undici-hook.ts';

export interface InstrumentHttpOptions extends OpenCensusRecorderOptions {
  /** Who records. Default: `openCensusRecorder` with these options. */
  readonly recorders?: readonly HttpRecorder[];
  /** Requests that are not to be recorded, such as the scrapes of the metrics server. Default: none. */
  readonly ignore?: (request: HttpRequestInfo) => boolean;
  /** Tags that are taken from requests that come in, into the context of their handlers. Default: none. */
  readonly extract?: TagTransport;
  /** Tags of the context that are put into requests that go out. Default: none. */
  readonly inject?: TagTransport;
}

/** Instrumentation at work. */
export interface HttpInstrumentation {
  /** `oriel_http_instrumentation_faults_total`; to be registered by whoever wants to see it. */
  readonly faults: Collector;
  /** Removes it all; requests under way are not counted any more. A second call does nothing. */
  stop(): void;
  [Symbol.dispose](): void;
}

type Subscription = readonly [channel: string, listener: (message: unknown) => void];

/**
 * Measures every request of `node:http`, `node:https`, `node:http2`, `fetch` and undici, on both sides, until stopped.
 *
 * Errors: {@link MetricsError} `LABEL_NAME_INVALID` for a key that baggage cannot carry.
 * Cost: about a microsecond a request. Started twice, everything is recorded twice.
 */
export function instrumentHttp(options: InstrumentHttpOptions = {}): HttpInstrumentation {
  const { recorders = [openCensusRecorder(options)], ignore } = options;
  const sink = new ExchangeSink({ recorders, ignore });
  const inject = injector(options.inject, sink.faults);
  const extract = extractor(options.extract, sink.faults);
  const server = new ServerHook({ sink, extract });
  const client = new ClientHook({ sink, inject: inject?.intoRequest });
  const undici = new UndiciHook({ sink, inject: inject?.intoUndici });
  // Undici speaks HTTP/2 through `node:http2`.
  const http2 = [
    new Http2Hook({ side: 'server', sink, extract }),
    new Http2Hook({ side: 'client', sink, isElsewhere: (socket) => undici.uses(socket) }),
  ] as const;
  const subscriptions = [
    ...subscriptionsOf(server, client, undici),
    ...http2Subscriptions('server', http2[0]),
    ...http2Subscriptions('client', http2[1]),
  ];
  const unobserve = [observeServers(server), observeServers(http2[0])];
  const undeclare = declareMeasured((response) => server.measures(response) || http2[0].measures(response));
  for (const [channel, listener] of subscriptions) subscribe(channel, listener);
  const stop = (): void => {
    for (const [channel, listener] of subscriptions) unsubscribe(channel, listener);
    for (const end of unobserve) end();
    undeclare();
    for (const hook of [server, client, undici, ...http2]) hook.stop();
  };
  return { faults: sink.faults.counter, stop, [Symbol.dispose]: stop };
}

function subscriptionsOf(server: ServerHook, client: ClientHook, undici: UndiciHook): Subscription[] {
  return [
    ['http.server.request.start', server.onStart],
    ['http.server.response.finish', server.onFinish],
    ['http.client.request.created', client.onCreated],
    ['http.client.request.error', client.onError],
    ['undici:request:create', undici.onCreate],
    ['undici:client:sendHeaders', undici.onSend],
    ['undici:request:headers', undici.onHeaders],
    ['undici:request:trailers', undici.onEnd],
    ['undici:request:error', undici.onError],
  ];
}

function http2Subscriptions(side: 'server' | 'client', hook: Http2Hook): Subscription[] {
  return [
    [`http2.${side}.stream.created`, hook.onCreated],
    [`http2.${side}.stream.finish`, hook.onHead],
    [`http2.${side}.stream.close`, hook.onClose],
  ];
}
