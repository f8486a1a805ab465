// Prints what runs before start, after start, after stop, after a second start, and after its end.
import { createHook } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { processCollector, runtimeCollector } from '@oriel/collectors';

interface Running {
  /** Timers of libuv that repeat by themselves, as monitors do; those of JavaScript and V8 do not. */
  readonly monitors: number;
  /** Timers and immediates of JavaScript, unreferenced ones too. */
  readonly scriptTimers: number;
  readonly resources: readonly string[];
}

interface Handle {
  readonly type: string;
  readonly is_active: boolean;
  readonly repeat: number;
}

const open = new Set<number>();
let isWaiting = false;
createHook({
  init: (id, type) => void (!isWaiting && /^(Timeout|Immediate)$/.test(type) && open.add(id)),
  destroy: (id) => void open.delete(id),
}).enable();
clearTimeout(setTimeout(() => {}, 1e6));

const collectors = [processCollector(), runtimeCollector()];
const seen: Record<string, Running> = {};
seen.before = await running();
for (const collector of collectors) collector.start();
for (const collector of collectors) collector.start();
seen.started = await running();
for (const collector of collectors) collector.stop();
for (const collector of collectors) collector.stop();
seen.stopped = await running();
for (const collector of collectors) collector.start();
seen.startedAgain = await running();
for (const collector of collectors) collector[Symbol.dispose]();
seen.disposed = await running();
console.log(JSON.stringify(seen));

// What was destroyed is told in a later turn; the wait itself must not count.
async function running(): Promise<Running> {
  const resources = process.getActiveResourcesInfo();
  const report = process.report.getReport() as unknown as { libuv: Handle[] };
  const monitors = report.libuv.filter(
    ({ type, is_active, repeat }) => type === 'timer' && is_active && repeat > 0,
  );
  isWaiting = true;
  await turn();
  isWaiting = false;
  return { monitors: monitors.length, scriptTimers: open.size, resources };
}
