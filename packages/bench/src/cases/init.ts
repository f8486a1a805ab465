import type { Case, PeerName, ReadingSession } from '../case.ts';

interface Initiator {
  readonly name: PeerName;
  setup(): Promise<ReadingSession>;
}

const peers: readonly Initiator[] = [
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
];

export const cases: readonly Case[] = [
  {
    name: 'init/new-process/first-scrape',
    says: 'from the first call to the end of the first page, imports done, in a new process each time',
    unit: 'ms',
    rounds: 7,
    lifetime: 'process',
    peers,
  },
  {
    name: 'init/again/first-scrape',
    says: 'the same in a process that has done it before: without what is loaded on first use',
    unit: 'ms',
    rounds: 7,
    peers: peers.map(({ name, setup }) => ({
      name,
      async setup() {
        const session = await setup();
        await session.read();
        return session;
      },
    })),
  },
];
