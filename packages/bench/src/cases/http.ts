import { absent, type Case, type Contender } from '../case.ts';
import { orielHttp, otel } from '../contenders.ts';
import { httpLoad } from '../http-load.ts';

const noHttp = absent('measures no HTTP', 'prom-client', 'prometheus-io');
const tooOld = absent('its HTTP plugin needs a Node of its time', 'opencensus');

const servers = (load: { readonly connections: number; readonly pipelining: number }): Contender[] =>
  (['oriel', 'bare', 'otel'] as const).map((name) => ({ name, setup: () => httpLoad(name, load) }));

export const cases: readonly Case[] = [
  {
    name: 'record-http/server-views/3-tags',
    says: 'the measures of one request in their four views; OpenTelemetry: its one histogram of durations',
    unit: 'ns',
    peers: [orielHttp((peer) => peer.ended()), ...noHttp, otel((peer) => peer.freshHistogram()), ...tooOld],
  },
  {
    name: 'serve-http/keep-alive/50-connections',
    says: 'a short answer of a bare node:http server at full load, per request, with and without being measured',
    unit: 'ns',
    rounds: 7,
    peers: [...servers({ connections: 50, pipelining: 1 }), ...noHttp, ...tooOld],
  },
  {
    name: 'serve-http/pipelined/50-connections',
    says: 'the same with ten requests on the way on each connection, so that the load is never what is slow',
    unit: 'ns',
    rounds: 7,
    peers: [...servers({ connections: 50, pipelining: 10 }), ...noHttp, ...tooOld],
  },
];
