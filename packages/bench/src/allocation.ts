import { GCProfiler } from 'node:v8';
import type { ReadingSession, TimedSession } from './case.ts';
import { collectGarbage } from './garbage.ts';

const MOST = 10_000_000;

/**
 * Bytes allocated per call: how the heap grows over as many calls as fit between two collections, at most 10 million.
 *
 * Rounded to thousandths: less is what the measurement itself leaves on the heap.
 */
export function allocationSession(session: TimedSession): ReadingSession {
  const growthOf = (n: number): number | undefined => {
    collectGarbage();
    const profiler = new GCProfiler();
    profiler.start();
    const before = process.memoryUsage().heapUsed;
    void session.run(n);
    const growth = process.memoryUsage().heapUsed - before;
    return profiler.stop().statistics.length === 0 ? growth : undefined;
  };
  // Twice as the first growth is also that of this function.
  for (let i = 0; i < 20; i++) void session.run(50_000);
  for (let i = 0; i < 3; i++) growthOf(1);
  return {
    read() {
      const own = Math.min(growthOf(0) ?? 0, growthOf(0) ?? 0);
      for (let n = MOST; n >= 100; n /= 10) {
        const growth = growthOf(n);
        if (growth !== undefined) return Math.max(0, Math.round((1000 * (growth - own)) / n)) / 1000;
      }
      throw new Error('garbage is collected within any 100 calls');
    },
  };
}
