import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serveMetrics } from '@oriel/exporter-prometheus';
import { Counter, Registry } from '@oriel/metrics';
import type { ReadingSession } from './case.ts';
import type { Crowd, CrowdResult } from './crowd-client.ts';
import { heldBytes } from './garbage.ts';
import { longestTurn, threadCpu } from './longest-turn.ts';
import { labelNames, routesFor, tupleOf } from './workload.ts';

const SERIES = 100_000;
const SCRAPERS = 200;

/**
 * What a crowd of scrapers does to the server: the longest turn of its event loop, the most work in a turn, or the bytes
 * it keeps afterwards.
 */
export type SoakResult = 'longest-turn' | 'most-work' | 'memory';

export async function soakSession(what: SoakResult, ms: number): Promise<ReadingSession> {
  const server = await serveMetrics(filledRegistry(), {
    port: 0,
    host: '127.0.0.1',
    coalesce: true,
    // All of them at once, and a few more.
    maxConnections: SCRAPERS + 10,
  });
  const crowd = (during: number): Promise<CrowdResult> =>
    sendCrowd({ url: server.url, scrapers: SCRAPERS, ms: during, leastBytes: SERIES * 30 });
  return {
    async read() {
      // Code is compiled and buffers are there.
      refuseFailures(await crowd(Math.min(ms, 5000)));
      await pause(1000);
      const before = heldBytes();
      let result: CrowdResult | undefined;
      const soaking = async (): Promise<void> => {
        result = await crowd(ms);
      };
      const longest = await longestTurn(soaking, what === 'most-work' ? threadCpu : undefined);
      refuseFailures(result);
      await pause(1000);
      return what === 'memory' ? Math.max(0, heldBytes() - before) : longest;
    },
    close: () => server.stop(),
  };
}

/** The longest turn of an event loop that has nothing to do, while others of the lowest priority keep the machine busy. */
export function idleSession(ms: number): ReadingSession {
  return {
    async read() {
      const busy = Array.from({ length: availableParallelism() }, () => inBackground('./busy-process.ts'));
      await Promise.all(busy.map((child) => once(child, 'spawn')));
      const longest = await longestTurn(() => pause(ms));
      for (const child of busy) child.kill();
      return longest;
    },
  };
}

// What is measured is this process: on few processors others of the same rank would only show the system's turns.
function inBackground(program: './crowd-client.ts' | './busy-process.ts'): ChildProcess {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), { execArgv: [] });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return child;
}

function filledRegistry(): Registry {
  const registry = new Registry();
  const counter = new Counter({
    name: 'requests_total',
    help: 'Requests.',
    labelNames,
    seriesLimit: Number.POSITIVE_INFINITY,
  });
  registry.register(counter);
  const routes = routesFor(SERIES);
  for (let i = 0; i < SERIES; i++) counter.add(i, tupleOf(i, routes));
  return registry;
}

async function sendCrowd(crowd: Crowd): Promise<CrowdResult> {
  const child = inBackground('./crowd-client.ts');
  const answered = once(child, 'message') as Promise<[CrowdResult]>;
  child.send(crowd);
  const [result] = await answered;
  child.disconnect();
  return result;
}

function refuseFailures(result: CrowdResult | undefined): void {
  const { failures = ['no answer'], served = 0 } = result ?? {};
  if (failures.length > 0) throw new Error(failures.join('; '));
  if (served === 0) throw new Error('nobody was served');
}
