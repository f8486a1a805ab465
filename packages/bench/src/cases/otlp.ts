import type { Case, Contender, Session } from '../case.ts';
import { orielPushing } from '../contenders.ts';
import type * as OrielOtlp from '../peers/oriel-otlp.ts';
import type * as OtelCollect from '../peers/otel-collect.ts';

function oriel(setup: (peer: typeof OrielOtlp) => Session | Promise<Session>): Contender {
  return { name: 'oriel', setup: async () => setup(await import('../peers/oriel-otlp.ts')) };
}

function otel(setup: (peer: typeof OtelCollect) => Session): Contender {
  return { name: 'otel', setup: async () => setup(await import('../peers/otel-collect.ts')) };
}

export const cases: readonly Case[] = [
  {
    name: 'collect-otel/counters-changed/100k',
    says: '100,000 counters with three labels made into the points that exporters of OpenTelemetry take',
    unit: 'ms',
    peers: [oriel((peer) => peer.collected()), otel((peer) => peer.collected())],
  },
  {
    name: 'hold-event-loop/push-otlp/100k',
    says: 'the longest turn while 100,000 counters are gathered, written and sent to another thread',
    unit: 'ms',
    summary: 'worst',
    rounds: 10,
    peers: [orielPushing((peer) => peer.heldByPush('otlp'))],
  },
];
