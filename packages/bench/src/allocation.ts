import { GCProfiler } from 'node:v8';
import type { ReadingSession, TimedSession } from './case.ts';
import { collectGarbage } from './garbage.ts';

const MOST = 10_000_000;

/**
 * Bytes allocated per call: how the heap grows over as many calls as fit between two collections, at most 10 million.
 *
 * Rounded to hundredths, the lowest of three: what is below is what compiling and measuring leave behind.
 */
export function allocationSession(session: TimedSession): ReadingSession {
  for (let i = 0; i < 20; i++) void session.run(50_000);
  const growthOf = (n: number): number => growth(session, n) ?? Number.POSITIVE_INFINITY;
  const lowest = (n: number): number => Math.min(growthOf(n), growthOf(n), growthOf(n));
  return {
    read() {
      const own = lowest(0);
      let calls = 100;
      while (calls < MOST && growth(session, calls * 10) !== undefined) calls *= 10;
      return Math.max(0, Math.round((100 * (lowest(calls) - own)) / calls)) / 100;
    },
  };
}

/** How the heap grows over n calls; undefined if garbage was collected meanwhile. */
function growth(session: TimedSession, n: number): number | undefined {
  collectGarbage();
  const profiler = new GCProfiler();
  profiler.start();
  const before = process.memoryUsage().heapUsed;
  void session.run(n);
  const grown = process.memoryUsage().heapUsed - before;
  return profiler.stop().statistics.length === 0 ? grown : undefined;
}
