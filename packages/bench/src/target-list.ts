import { added, allocationFree, below, faster, flat, overhead, smaller, type Target } from './target.ts';

const k = 1000;
const M = 1_000_000;

/** Everything that Oriel must reach, in the order of the promises. */
export const targets: readonly Target[] = [
  faster('count, bound', 40, 'record-bound/count/3-tags', 'prom-client'),
  faster('count, held child', 40, 'inc-child/counter/3-labels', 'prom-client'),
  allocationFree('count, bound: allocated', 'allocate-bound/count/3-tags'),
  allocationFree('count, held child: allocated', 'allocate-child/counter/3-labels'),
  faster('34-bound distribution, bound', 15, 'record-bound/distribution-34/3-tags', 'prom-client'),
  faster('34-bound histogram, held child', 15, 'observe-child/histogram-34/3-labels', 'prom-client'),
  allocationFree('distribution, bound: allocated', 'allocate-bound/distribution-34/3-tags'),
  allocationFree('histogram, held child: allocated', 'allocate-child/histogram-34/3-labels'),
  faster('count, 3 fresh tags', 5, 'record/count/3-tags', 'prometheus-io'),
  faster('count, 3 fresh tags', 10, 'record/count/3-tags', 'otel'),
  faster('distribution, 3 fresh tags', 5, 'record/distribution-34/3-tags', 'prometheus-io'),
  faster('distribution, 3 fresh tags', 10, 'record/distribution-34/3-tags', 'otel'),
  faster('counter, 3 fresh labels', 5, 'inc/counter/3-labels', 'prometheus-io'),
  faster('counter, 3 fresh labels', 10, 'inc/counter/3-labels', 'otel'),
  faster('histogram, 3 fresh labels', 5, 'observe/histogram-34/3-labels', 'prometheus-io'),
  faster('histogram, 3 fresh labels', 10, 'observe/histogram-34/3-labels', 'otel'),
  below('no view', 2, 'ns', 'record/no-view/3-tags'),
  below('exponential buckets, bound', 25, 'ns', 'record-bound/exponential/3-tags'),
  below('exponential buckets, held child', 25, 'ns', 'observe-child/exponential/3-labels'),
  added('exemplars on and no span, count, bound', 2, 'ns', 'record-exemplars/no-span/count'),
  added('exemplars on and no span, distribution, bound', 2, 'ns', 'record-exemplars/no-span/distribution-34'),
  added('exemplars on and no span, exponential, bound', 2, 'ns', 'record-exemplars/no-span/exponential'),
  added('exemplars on and no span, held child', 2, 'ns', 'inc-exemplars/no-span/counter'),
  faster('mixed page, unchanged, rendered', 25, 'scrape-text/mixed-unchanged/240k', 'prom-client'),
  faster('mixed page, changed, rendered', 25, 'scrape-text/mixed-changed/240k', 'prom-client'),
  faster('mixed page, unchanged, over HTTP', 12, 'scrape-http/mixed-unchanged/240k', 'prom-client'),
  faster('mixed page, changed, over HTTP', 12, 'scrape-http/mixed-changed/240k', 'prom-client'),
  below('event loop held, 1 M samples', 10, 'ms', 'hold-event-loop/scrape-http/1M'),
  faster('bytes a counter', 4, 'heap/counters/100k', 'prom-client'),
  faster('bytes a counter with a label of its own', 4, 'heap/counters-own-label/100k', 'prom-client'),
  faster('bytes a histogram', 4, 'heap/histograms-12/50k', 'prom-client'),
  smaller(
    'bytes of exponential buckets after 10 k latencies, against 34 bounds',
    { text: 'a third', value: 1 / 3 },
    { small: 'heap-held/exponential/4k', large: 'heap-held/histogram-34/4k' },
    // Count and sum.
    { case: 'heap-held/histogram-0/4k', numbers: 16 },
  ),
  below('one HTTP request in its four views', 400, 'ns', 'record-http/server-views/3-tags'),
  overhead('HTTP server measured, against bare', 1.05, 'serve-http/keep-alive/50-connections'),
  faster(
    'remote-write messages of 1.0',
    5,
    'write-message/remote-write-1-0/100MB',
    'prometheus-remote-write',
  ),
  // 300 MB a second.
  below('100 MB of remote-write messages of 1.0', 333, 'ms', 'write-message/remote-write-1-0/100MB'),
  below('100 MB of remote-write messages of 2.0', 333, 'ms', 'write-message/remote-write-2-0/100MB'),
  below('event loop held, 100 k series by remote write', 10, 'ms', 'hold-event-loop/push-remote-write/100k'),
  faster('hand-over to OpenTelemetry', 1, 'collect-otel/counters-changed/100k', 'otel'),
  below('event loop held, 100 k series by OTLP', 10, 'ms', 'hold-event-loop/push-otlp/100k'),
  overhead('recording during a push by remote write', 1.05, 'record-while-pushing/remote-write/100k'),
  overhead('recording during a push by OTLP', 1.05, 'record-while-pushing/otlp/100k'),
  overhead('recording during a push by StatsD', 1.05, 'record-while-pushing/statsd/100k'),
  faster('StatsD lines written', 5, 'write-statsd/counters/100k', 'hot-shots'),
  faster('StatsD lines gathered, written and sent', 5, 'send-statsd/counters/100k', 'hot-shots'),
  below('event loop held, 100 k series by StatsD', 10, 'ms', 'hold-event-loop/push-statsd/100k'),
  faster('counters in protobuf', 1, 'render-protobuf/counters/100k', 'text'),
  faster('counters in protobuf, changed', 1, 'render-protobuf/counters-changed/100k', 'text'),
  faster('histograms in protobuf', 1, 'render-protobuf/histograms-12/10k', 'text'),
  added('a scrape over TLS by a known user', 50_000, 'ns', 'scrape-secure/tls-and-user/1'),
  added('a known user, over TLS', 50_000, 'ns', 'scrape-secure/user-over-tls/1'),
  below('event loop held by 200 scrapers', 20, 'ms', 'soak-longest-turn/coalesced/200-scrapers'),
  flat(
    'recording to a series, 1 k against 1 M',
    1.5,
    // Each recording is one series.
    { case: 'record-random/count/1k-series', series: 1 },
    { case: 'record-random/count/1M-series', series: 1 },
  ),
  ...['counters', 'histograms-12'].flatMap((content) =>
    ['unchanged', 'changed'].map((state) =>
      flat(
        `scraping ${content}, ${state}, 1 k against 1 M`,
        1.5,
        { case: `scrape-text/${content}-${state}/1k`, series: k },
        { case: `scrape-text/${content}-${state}/1M`, series: M },
      ),
    ),
  ),
];
