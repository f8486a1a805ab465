import { setImmediate as turn } from 'node:timers/promises';
import { manualClock } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { PushLoop } from '../src/push-loop.ts';
import type { PushLoopOptions } from '../src/push-loop-options.ts';

/** A loop that sends 1, 2, 3 …; `fail` decides on each delivery. */
function setUp(options: Partial<PushLoopOptions<number>> = {}) {
  const clock = manualClock();
  const sent: number[] = [];
  const state = { fail: false, tries: [] as number[], told: [] as string[] };
  let batch = 0;
  const loop = new PushLoop<number>({
    clock,
    jitter: 0,
    intervalMs: 1000,
    backoffMs: 100,
    maxBackoffMs: 400,
    collect: () => ++batch,
    send: (one) => {
      state.tries.push(one);
      if (state.fail) throw new Error(`no ${one}`);
      sent.push(one);
    },
    onFailure: (cause) => state.told.push((cause as Error).message),
    onSuccess: () => state.told.push('ok'),
    ...options,
  });
  return { clock, sent, state, loop };
}

test('start() sends once per interval, the first after one interval, and twice is once', async () => {
  const { clock, sent, loop } = setUp();
  loop.start();
  loop.start();
  await clock.advance(999);
  expect(sent).toEqual([]);
  await clock.advance(1);
  expect(sent).toEqual([1]);
  await clock.advance(2000);
  expect(sent).toEqual([1, 2, 3]);
});

test('jitter makes an interval shorter by up to its share', () => {
  for (const [random, first] of [
    [0, 1000],
    [0.5, 900],
    [1, 800],
  ]) {
    const { clock, loop } = setUp({ jitter: 0.2, random: () => random });
    loop.start();
    expect(clock.next).toBe(first);
  }
});

test('a turn that comes while a delivery is under way is left out', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let running = 0;
  const { clock, loop } = setUp({
    send: async () => {
      expect(++running).toBe(1);
      await promise;
      running--;
    },
  });
  loop.start();
  await clock.advance(3500);
  expect(loop.counts()).toEqual({ sent: 0, failed: 0, dropped: 0, queued: 1 });
  resolve();
  await clock.advance(0);
  expect(loop.counts().sent).toBe(1);
  await clock.advance(500);
  expect(loop.counts().sent).toBe(2);
});

test('a failed batch is retried after waits that double up to their limit', async () => {
  const { clock, state, loop } = setUp({ intervalMs: 100_000 });
  state.fail = true;
  loop.start();
  await clock.advance(100_000);
  const waits: number[] = [];
  for (let retry = 0; retry < 4; retry++) {
    waits.push(clock.next);
    await clock.advance(clock.next);
  }
  expect(waits).toEqual([100, 200, 400, 400]);
  expect(state.tries).toEqual([1, 1, 1, 1, 1]);
  state.fail = false;
  await clock.advance(400);
  expect(loop.counts()).toEqual({ sent: 1, failed: 5, dropped: 0, queued: 0 });
  expect(state.told).toEqual([...Array(5).fill('no 1'), 'ok']);
});

test('while a retry is due batches wait, and are sent oldest first', async () => {
  const { clock, state, sent, loop } = setUp({ intervalMs: 50 });
  state.fail = true;
  loop.start();
  await clock.advance(149);
  expect([state.tries, loop.counts().queued]).toEqual([[1], 2]);
  state.fail = false;
  await clock.advance(1);
  expect(sent).toEqual([1, 2, 3]);
});

test('the queue keeps its newest batches and counts those it drops', async () => {
  const { clock, state, sent, loop } = setUp({ queueLimit: 2, backoffMs: 1e6, maxBackoffMs: 1e6 });
  state.fail = true;
  loop.start();
  await clock.advance(5000);
  expect(loop.counts()).toEqual({ sent: 0, failed: 1, dropped: 3, queued: 2 });
  state.fail = false;
  await loop.flush();
  expect(sent).toEqual([5, 6]);
});

test('a batch whose failure is not transient is dropped and does not hold up the next', async () => {
  const { clock, state, sent, loop } = setUp({ isTransient: () => false });
  state.fail = true;
  loop.start();
  await clock.advance(1000);
  expect(loop.counts()).toEqual({ sent: 0, failed: 1, dropped: 1, queued: 0 });
  state.fail = false;
  await clock.advance(1000);
  expect(sent).toEqual([2]);
});

test('a failure to collect is told, and the next turn goes on', async () => {
  let calls = 0;
  const { clock, sent, state, loop } = setUp({
    collect: () => {
      if (++calls === 1) throw new Error('no snapshot');
      return calls;
    },
  });
  loop.start();
  await clock.advance(2000);
  expect([sent, state.told]).toEqual([[2], ['no snapshot', 'ok']]);
});

test('flush() sends at once, whatever the wait, and rejects with what failed', async () => {
  const { sent, state, loop } = setUp();
  await loop.flush();
  expect(sent).toEqual([1]);
  state.fail = true;
  await expect(loop.flush()).rejects.toThrow('no 2');
  state.fail = false;
  await loop.flush();
  expect(sent).toEqual([1, 2, 3]);
});

test('two flushes at once run one after the other', async () => {
  let running = 0;
  const { loop } = setUp({
    send: async () => {
      expect(++running).toBe(1);
      await turn();
      running--;
    },
  });
  await Promise.all([loop.flush(), loop.flush(), loop.flush()]);
  expect(loop.counts().sent).toBe(3);
});

test('stop() sends what is left, leaves no timer behind, and is final', async () => {
  const { clock, sent, state, loop } = setUp();
  state.fail = true;
  loop.start();
  await clock.advance(1000);
  state.fail = false;
  const stopping = loop.stop();
  expect(loop.stop()).toBe(stopping);
  await stopping;
  expect(sent).toEqual([1, 2]);
  loop.start();
  await loop.flush();
  await clock.advance(10_000);
  expect([sent, clock.pending]).toEqual([[1, 2], 0]);
});

test('stop() tries once, rejects with what failed, and counts what is lost', async () => {
  const { clock, state, loop } = setUp();
  state.fail = true;
  loop.start();
  await clock.advance(1000);
  await expect(loop.stop()).rejects.toThrow('no 1');
  expect(loop.counts()).toEqual({ sent: 0, failed: 2, dropped: 2, queued: 0 });
  expect(clock.pending).toBe(0);
});

test('stop() of a loop that never started sends nothing', async () => {
  const { state, loop } = setUp();
  await loop.stop();
  expect(state.tries).toEqual([]);
});

test('stop() during a delivery that fails leaves no retry behind', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const { clock, loop } = setUp({ send: () => promise });
  loop.start();
  await clock.advance(1000);
  const stopping = expect(loop.stop()).rejects.toThrow('late');
  reject(new Error('late'));
  await stopping;
  expect(clock.pending).toBe(0);
});

test('a loop on the system clock does not keep the process alive', () => {
  const loop = new PushLoop({ clock: systemClock, collect: () => 1, send: () => {} });
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  loop.start();
  expect(timers()).toBe(before);
  return loop.stop();
});

test('a delivery that takes longer than its time has failed, and its signal aborts', async () => {
  const signals: AbortSignal[] = [];
  const { clock, state, loop } = setUp({
    sendTimeoutMs: 300,
    intervalMs: 10_000,
    send: (_, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  loop.start();
  await clock.advance(10_299);
  expect([signals[0].aborted, state.told]).toEqual([false, []]);
  await clock.advance(1);
  expect([signals[0].aborted, state.told]).toEqual([true, ['the delivery took longer than 300 ms']]);
  expect(loop.counts()).toMatchObject({ failed: 1, queued: 1 });
});

test('a destination that asks to be left alone is, for an hour at most, whatever the backoff', async () => {
  for (const [asked, wait] of [
    [50, 100],
    [7000, 7000],
    [1e9, 3_600_000],
    [undefined, 100],
  ]) {
    const { clock, state, loop } = setUp({ intervalMs: 1e9, retryAfterMs: () => asked });
    state.fail = true;
    loop.start();
    await clock.advance(1e9);
    expect(Math.min(clock.next, 1e9)).toBe(wait);
    state.fail = false;
    await loop.flush();
    expect(loop.counts().queued).toBe(0);
    await loop.stop();
  }
});

test('an interval of 0 sends nothing by itself, and what flush() and stop() ask for', async () => {
  const { clock, sent, loop } = setUp({ intervalMs: 0 });
  loop.start();
  expect(clock.pending).toBe(0);
  await loop.flush();
  await clock.advance(1e9);
  expect(sent).toEqual([1]);
  await loop.stop();
  expect(sent).toEqual([1, 2]);
});

test('stop() tries the last batch as often as lastTries says, with the waits of retries between', async () => {
  const { clock, state, loop } = setUp({ lastTries: 3 });
  loop.start();
  state.fail = true;
  const stopped = loop.stop().catch((cause: Error) => cause.message);
  await clock.advance(99);
  expect(state.tries).toEqual([1]);
  await clock.advance(1);
  expect(state.tries).toEqual([1, 1]);
  await clock.advance(200);
  expect(state.tries).toEqual([1, 1, 1]);
  expect(await stopped).toBe('no 1');
  expect(loop.counts()).toEqual({ sent: 0, failed: 3, dropped: 1, queued: 0 });
  expect(clock.pending).toBe(0);
});

test('stop() ends with the first of its tries that succeeds', async () => {
  const { clock, sent, state, loop } = setUp({ lastTries: 3 });
  loop.start();
  state.fail = true;
  const stopped = loop.stop();
  await clock.advance(0);
  state.fail = false;
  await clock.advance(100);
  await stopped;
  expect([state.tries, sent]).toEqual([[1, 1], [1]]);
  expect(clock.pending).toBe(0);
});

test.each([{ isTransient: () => false }, { retryAfterMs: () => 1000 }])(
  'stop() tries no second time what is refused, or is to be left alone for longer',
  async (options) => {
    const { state, loop } = setUp({ lastTries: 3, ...options });
    loop.start();
    state.fail = true;
    await expect(loop.stop()).rejects.toThrow('no 1');
    expect(state.tries).toEqual([1]);
  },
);
