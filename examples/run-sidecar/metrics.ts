import {
  count,
  distribution,
  lastValue,
  type Measure,
  measureDouble,
  measureInt64,
  sum,
  type View,
  view,
} from '@oriel/stats';

// What the sidecar measures. Nothing of it is kept until a view asks for it.
export const requestLatency: Measure = measureDouble({
  name: 'http/server/latency',
  unit: 'ms',
  description: 'Time to answer a request, from its first byte to the last of the answer',
});
export const responseBytes: Measure = measureInt64({
  name: 'http/server/response_bytes',
  unit: 'By',
  description: 'Bytes of answers sent',
});
export const invocationLatency: Measure = measureDouble({
  name: 'service_invocation/latency',
  unit: 'ms',
  description: 'Time an invoked method took',
});
export const stateOperations: Measure = measureInt64({
  name: 'component/state/operations',
  description: 'Operations on state stores',
});
export const stateKeys: Measure = measureInt64({
  name: 'component/state/keys',
  description: 'Keys in a state store',
});

const milliseconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

/** What an operator of this sidecar gets to see; to see less, or cut finer, change this list. */
export const views: readonly View[] = [
  view({
    name: 'http/server/request_count',
    measure: requestLatency,
    description: 'Requests answered',
    tagKeys: ['method', 'route', 'status'],
    aggregation: count(),
  }),
  view({
    measure: requestLatency,
    tagKeys: ['method', 'route', 'status'],
    aggregation: distribution(milliseconds),
  }),
  view({ measure: responseBytes, tagKeys: ['route'], aggregation: sum() }),
  view({
    measure: invocationLatency,
    tagKeys: ['app_id', 'method', 'status'],
    aggregation: distribution(milliseconds),
  }),
  view({ measure: stateOperations, tagKeys: ['store', 'operation', 'success'], aggregation: count() }),
  view({ measure: stateKeys, tagKeys: ['store'], aggregation: lastValue() }),
];
