import type { Gatherer, Snapshot } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { serveMetrics } from '../src/metrics-server.ts';
import { SharedGatherer } from '../src/shared-gatherer.ts';
import { emptySnapshot } from './served.ts';

/** Answers each gathering when told to, with its number as the time. */
class Slow implements Gatherer {
  readonly answers: ((outcome: 'done' | 'failed') => void)[] = [];

  gather(): Promise<Snapshot> {
    const time = this.answers.length + 1;
    return new Promise((resolve, reject) => {
      this.answers.push((outcome) =>
        outcome === 'done' ? resolve({ ...emptySnapshot, time }) : reject(new Error(`failed ${time}`)),
      );
    });
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('SharedGatherer gives everybody who comes while it gathers the next gathering, and nobody an older one', async () => {
  const slow = new Slow();
  const shared = new SharedGatherer(slow);
  const first = shared.gather();
  const waiting = [shared.gather(), shared.gather(), shared.gather()];
  expect(slow.answers).toHaveLength(1);
  slow.answers[0]('done');
  expect((await first).time).toBe(1);
  await turn();
  expect(slow.answers).toHaveLength(2);
  const later = shared.gather();
  slow.answers[1]('done');
  expect((await Promise.all(waiting)).map(({ time }) => time)).toEqual([2, 2, 2]);
  await turn();
  slow.answers[2]('done');
  expect((await later).time).toBe(3);
  const again = shared.gather();
  slow.answers[3]('done');
  expect((await again).time).toBe(4);
});

test('SharedGatherer fails those who share a failed gathering, and goes on after it', async () => {
  const slow = new Slow();
  const shared = new SharedGatherer(slow);
  const first = shared.gather();
  const second = shared.gather();
  slow.answers[0]('failed');
  await expect(first).rejects.toThrow('failed 1');
  await turn();
  slow.answers[1]('done');
  expect((await second).time).toBe(2);
});

test('serveMetrics({ coalesce: true }) gathers twice for a hundred scrapes that overlap', async () => {
  const slow = new Slow();
  await using server = await serveMetrics(slow, {
    port: 0,
    host: '127.0.0.1',
    coalesce: true,
    maxConcurrentScrapes: 0,
  });
  const all = Array.from({ length: 100 }, () => fetch(server.url).then((answer) => answer.status));
  let asked = 0;
  // Every scrape has asked once two gatherings are all there is to answer.
  while (asked < 2) {
    await turn();
    if (slow.answers.length > asked) await new Promise((resolve) => setTimeout(resolve, 50));
    for (; asked < slow.answers.length; asked++) slow.answers[asked]('done');
  }
  const rest = setInterval(() => {
    for (; asked < slow.answers.length; asked++) slow.answers[asked]('done');
  }, 5);
  expect(new Set(await Promise.all(all))).toEqual(new Set([200]));
  clearInterval(rest);
  expect(slow.answers.length).toBeLessThan(20);
});
