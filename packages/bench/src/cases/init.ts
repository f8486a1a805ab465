import type { Case, PeerName, ReadingSession } from '../case.ts';
import type * as OpenCensus from '../peers/opencensus-init.ts';
import type * as Oriel from '../peers/oriel-init.ts';
import type * as Otel from '../peers/otel-init.ts';
import { loadProm } from '../peers/prom.ts';
import type * as Prom from '../peers/prom-init.ts';

const oriel = (): Promise<typeof Oriel> => import('../peers/oriel-init.ts');
const prom = (): Promise<typeof Prom> => import('../peers/prom-init.ts');
const otel = (): Promise<typeof Otel> => import('../peers/otel-init.ts');
const openCensus = (): Promise<typeof OpenCensus> => import('../peers/opencensus-init.ts');

interface Initiator {
  readonly name: PeerName;
  setup(): Promise<ReadingSession>;
}

const peers: readonly Initiator[] = [
  {
    name: 'oriel',
    setup: async () => (await oriel()).initSession(),
  },
  ...(['prom-client', 'prometheus-io'] as const).map((name) => ({
    name,
    setup: async () => (await prom()).initSession(await loadProm(name)),
  })),
  {
    name: 'otel',
    setup: async () => (await otel()).initSession(),
  },
  {
    name: 'opencensus',
    setup: async () => (await openCensus()).initSession(),
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
