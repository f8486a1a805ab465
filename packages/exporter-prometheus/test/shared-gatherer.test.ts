import { Counter, type Gatherer, type GatherOptions, Registry, type Snapshot } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { serveMetrics } from '../src/metrics-server.ts';
import { SharedGatherer } from '../src/shared-gatherer.ts';
import { Turns } from '../src/turns.ts';
import { ask, rawExchange } from './http-client.ts';
import { emptySnapshot, until } from './served.ts';

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
  const shared = new SharedGatherer(slow, { turns: new Turns() });
  const first = shared.gather();
  await until(() => slow.answers.length === 1);
  const waiting = [shared.gather(), shared.gather(), shared.gather()];
  await turn();
  expect(slow.answers).toHaveLength(1);
  slow.answers[0]('done');
  expect((await first).time).toBe(1);
  await until(() => slow.answers.length === 2);
  const later = shared.gather();
  await turn();
  expect(slow.answers).toHaveLength(2);
  slow.answers[1]('done');
  expect((await Promise.all(waiting)).map(({ time }) => time)).toEqual([2, 2, 2]);
  await until(() => slow.answers.length === 3);
  slow.answers[2]('done');
  expect((await later).time).toBe(3);
  const again = shared.gather();
  await until(() => slow.answers.length === 4);
  slow.answers[3]('done');
  expect((await again).time).toBe(4);
});

test('SharedGatherer gives one gathering to all who come before it begins', async () => {
  const slow = new Slow();
  const turns = new Turns();
  const shared = new SharedGatherer(slow, { turns });
  // Somebody else's turn comes first.
  const before = turns.next();
  const together = [shared.gather(), shared.gather()];
  await before;
  together.push(shared.gather());
  await until(() => slow.answers.length > 0);
  slow.answers[0]('done');
  expect((await Promise.all(together)).map(({ time }) => time)).toEqual([1, 1, 1]);
  await turn();
  expect(slow.answers).toHaveLength(1);
});

test('SharedGatherer fails those who share a failed gathering, and goes on after it', async () => {
  const slow = new Slow();
  const shared = new SharedGatherer(slow, { turns: new Turns() });
  const first = shared.gather();
  await until(() => slow.answers.length === 1);
  const second = shared.gather();
  slow.answers[0]('failed');
  await expect(first).rejects.toThrow('failed 1');
  await until(() => slow.answers.length === 2);
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

/** Counts what it is asked, and answers at once. */
class Counting implements Gatherer {
  readonly asked: GatherOptions[] = [];

  async gather(options: GatherOptions = {}): Promise<Snapshot> {
    this.asked.push(options);
    return emptySnapshot;
  }
}

test('serveMetrics({ coalesce: true }) gathers once for scrapes that come in one turn, where gathering takes none', async () => {
  const counting = new Counting();
  await using server = await serveMetrics(counting, { port: 0, host: '127.0.0.1', coalesce: true });
  const scrapes = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(9);
  const last = 'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  expect((await rawExchange(server.port, scrapes + last)).match(/HTTP\/1\.1 200 /g)).toHaveLength(10);
  expect(counting.asked).toHaveLength(1);
});

test('serveMetrics({ coalesce: true }) gives a gathering that many share the time of the option, not that of one scraper', async () => {
  const counting = new Counting();
  const options = { port: 0, host: '127.0.0.1', coalesce: true, timeoutMs: 3000 };
  await using server = await serveMetrics(counting, options);
  await ask(server.url, { headers: { 'x-prometheus-scrape-timeout-seconds': '0.5' } });
  expect(counting.asked.map(({ timeoutMs }) => timeoutMs)).toEqual([3000]);
});

test('serveMetrics({ coalesce: true }) serves what was recorded before each scrape, however many overlap', async () => {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: '' });
  registry.register(jobs);
  let recorded = 0;
  await using server = await serveMetrics(registry, {
    port: 0,
    host: '127.0.0.1',
    coalesce: true,
    maxConcurrentScrapes: 0,
  });
  const stale: string[] = [];
  const scrape = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      jobs.inc();
      const before = ++recorded;
      const { text } = await ask(server.url);
      const served = Number(/^jobs_total (\d+)$/m.exec(text)?.[1]);
      if (!(served >= before)) stale.push(`${served} of ${before}`);
    }
  };
  await Promise.all(Array.from({ length: 10 }, scrape));
  expect(stale).toEqual([]);
});
