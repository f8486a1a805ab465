import { Registry } from '@oriel/metrics';
import { Stats, type ViewRow } from '@oriel/stats';
import { afterEach } from 'vitest';
import {
  type HttpInstrumentation,
  httpViews,
  type InstrumentHttpOptions,
  instrumentHttp,
  openCensusRecorder,
} from '../src/index.ts';
import { ExchangeLog } from './exchange-log.ts';

export interface Measured {
  readonly log: ExchangeLog;
  readonly stats: Stats;
  readonly handle: HttpInstrumentation;
  rows(view: string): ViewRow[];
}

const handles: HttpInstrumentation[] = [];

afterEach(() => {
  for (const handle of handles.splice(0)) handle.stop();
});

/** Instruments until the end of the test, into a log and into the default views of a Stats of its own. */
export function measure(options: Omit<InstrumentHttpOptions, 'recorders' | 'stats'> = {}): Measured {
  const stats = new Stats({ registry: new Registry() });
  stats.registerViews(...httpViews(stats));
  const log = new ExchangeLog();
  const handle = instrumentHttp({
    ...options,
    recorders: [openCensusRecorder({ ...options, stats }), log],
  });
  handles.push(handle);
  return { log, stats, handle, rows: (view) => stats.retrieveData(`opencensus.io/http/${view}`) };
}
