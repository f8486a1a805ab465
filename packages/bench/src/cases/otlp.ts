import type { Case } from '../case.ts';

export const cases: readonly Case[] = [
  {
    name: 'collect-otel/counters-changed/100k',
    says: '100,000 counters with three labels made into the points that exporters of OpenTelemetry take',
    unit: 'ms',
    peers: [
      { name: 'oriel', setup: async () => (await import('../peers/oriel-otlp.ts')).collected() },
      { name: 'otel', setup: async () => (await import('../peers/otel-collect.ts')).collected() },
    ],
  },
  {
    name: 'hold-event-loop/push-otlp/100k',
    says: 'the longest turn while 100,000 counters are gathered, written by OpenTelemetry and sent to another thread',
    unit: 'ms',
    summary: 'worst',
    rounds: 10,
    peers: [{ name: 'oriel', setup: async () => (await import('../peers/oriel-otlp.ts')).heldByPush() }],
  },
];
