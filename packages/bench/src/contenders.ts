import { type Absentee, absent, type Contender, type Peer, type PeerName, type Session } from './case.ts';
import type { PageSource } from './page.ts';
import type * as HotShots from './peers/hot-shots.ts';
import type * as NpmRemoteWrite from './peers/npm-remote-write.ts';
import type * as OpenCensus from './peers/opencensus.ts';
import type * as OpenCensusPage from './peers/opencensus-page.ts';
import type * as OrielHttp from './peers/oriel-http.ts';
import type * as Instruments from './peers/oriel-instruments.ts';
import type * as OrielPage from './peers/oriel-page.ts';
import type * as Paths from './peers/oriel-paths.ts';
import type * as Pushing from './peers/oriel-pushing.ts';
import type * as RemoteWrite from './peers/oriel-remote-write.ts';
import type * as Rpcs from './peers/oriel-rpcs.ts';
import type * as Stats from './peers/oriel-stats.ts';
import type * as Statsd from './peers/oriel-statsd.ts';
import type * as Otel from './peers/otel.ts';
import type * as OtelPage from './peers/otel-page.ts';
import { loadProm, promLoops, promPage } from './peers/prom.ts';
import type { PromLibrary } from './peers/prom-library.ts';
import type * as PromRecord from './peers/prom-record.ts';

// Each library is loaded when its peer is set up, in the process of the case.

type Made = Session | Promise<Session>;

export function orielStats(setup: (peer: typeof Stats) => Made): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-stats.ts')) };
}

export function orielInstruments(setup: (peer: typeof Instruments) => Made): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-instruments.ts')) };
}

export function orielPaths(setup: (peer: typeof Paths) => Made): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-paths.ts')) };
}

export function orielRpcs(setup: (peer: typeof Rpcs) => Made): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-rpcs.ts')) };
}

export function orielHttp(setup: (peer: typeof OrielHttp) => Made): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-http.ts')) };
}

/** `prom-client` and `@prometheus-io/client`, which have the same interface. */
export function proms(setup: (peer: typeof PromRecord, library: PromLibrary) => Made): Contender[] {
  return (['prom-client', 'prometheus-io'] as const).map((name) => ({
    name,
    async setup() {
      return setup(await promLoops(name), await loadProm(name));
    },
  }));
}

export function otel(setup: (peer: typeof Otel) => Made): Contender {
  return { name: 'otel', setup: async () => setup(await import('./peers/otel.ts')) };
}

export function opencensus(setup: (peer: typeof OpenCensus) => Made): Contender {
  return { name: 'opencensus', setup: async () => setup(await import('./peers/opencensus.ts')) };
}

export function orielStatsd(setup: (peer: typeof Statsd) => Made): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-statsd.ts')) };
}

/** Senders of StatsD lines. */
export function statsdPeers(setup: (peer: typeof Statsd | typeof HotShots) => Made): Contender[] {
  return [
    orielStatsd(setup),
    { name: 'hot-shots', setup: async () => setup(await import('./peers/hot-shots.ts')) },
  ];
}

/** What builds messages of remote write. */
export function orielRemoteWrite(setup: (peer: typeof RemoteWrite) => Made): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-remote-write.ts')) };
}

export function orielPushing(setup: (peer: typeof Pushing) => Promise<Session>): Contender {
  return { name: 'oriel', setup: async () => setup(await import('./peers/oriel-pushing.ts')) };
}

export function npmRemoteWrite(setup: (peer: typeof NpmRemoteWrite) => Made): Contender {
  return {
    name: 'prometheus-remote-write',
    setup: async () => setup(await import('./peers/npm-remote-write.ts')),
  };
}

export const noViews: readonly Absentee[] = absent('has no views', 'prom-client', 'prometheus-io');
export const noHandles: readonly Absentee[] = absent('has no handle for fixed tags', 'otel', 'opencensus');

const orielPage = (): Promise<typeof OrielPage> => import('./peers/oriel-page.ts');
const otelPage = (): Promise<typeof OtelPage> => import('./peers/otel-page.ts');
const openCensusPage = (): Promise<typeof OpenCensusPage> => import('./peers/opencensus-page.ts');

type PagePeer = Exclude<PeerName, 'bare' | 'hot-shots' | 'prometheus-remote-write' | 'text'>;

const pageSources: Readonly<Record<PagePeer, (series: number) => Promise<PageSource>>> = {
  oriel: async () => (await orielPage()).pageSource(),
  'prom-client': () => promPage('prom-client'),
  'prometheus-io': () => promPage('prometheus-io'),
  otel: async (series) => (await otelPage()).pageSource(series),
  opencensus: async () => (await openCensusPage()).pageSource(),
};

/** All peers with a page of so many series; `skips` says who stays away, and why. */
export function pagePeers(
  series: number,
  setup: (makeSource: () => Promise<PageSource>) => Made,
  skips: readonly Absentee[] = [],
): Peer[] {
  return (Object.keys(pageSources) as PagePeer[]).map((name) => {
    const skip = skips.find((absentee) => absentee.name === name);
    return skip ?? { name, setup: () => setup(() => pageSources[name](series)) };
  });
}
