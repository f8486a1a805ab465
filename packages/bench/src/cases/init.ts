import type { Case } from '../case.ts';

export const cases: readonly Case[] = [
  {
    name: 'init/modules-loaded/first-scrape',
    says: 'from nothing but loaded modules to the end of the first page, in a new process each time',
    unit: 'ms',
    rounds: 7,
    lifetime: 'process',
    peers: [
      {
        name: 'oriel',
        setup: async () => (await import('../peers/oriel-init.ts')).initSession(),
      },
      ...(['prom-client', 'prometheus-io'] as const).map((name) => ({
        name,
        async setup() {
          const { loadProm } = await import('../peers/prom.ts');
          return (await import('../peers/prom-init.ts')).initSession(await loadProm(name));
        },
      })),
      {
        name: 'otel',
        setup: async () => (await import('../peers/otel-init.ts')).initSession(),
      },
      {
        name: 'opencensus',
        setup: async () => (await import('../peers/opencensus-init.ts')).initSession(),
      },
    ],
  },
];
