import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/** What some work has opened. */
export interface OpenHandles extends Disposable {
  /** What the work has opened and is still open, such as `1 Timeout, 2 TCPSocketWrap`; empty for nothing. */
  left(): string;
}

/**
 * Runs some work and watches sockets, servers and other handles, and timers that keep the process alive, until it is
 * disposed of.
 *
 * Timers are watched one by one, by who set them: those of a test runner come and go at any time.
 */
export async function openHandles(work: () => Promise<unknown>): Promise<OpenHandles> {
  const timers = new Set<NodeJS.Timeout>();
  const working = new AsyncLocalStorage<true>();
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'Timeout' && working.getStore()) timers.add(resource as NodeJS.Timeout);
    },
  }).enable();
  const before = handleCounts();
  try {
    await working.run(true, work);
  } catch (error) {
    hook.disable();
    throw error;
  }
  return { left: () => opened(timers, before), [Symbol.dispose]: () => hook.disable() };
}

type Counts = ReadonlyMap<string, number>;

function opened(timers: ReadonlySet<NodeJS.Timeout>, before: Counts): string {
  const more = [...handleCounts()].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return [...more, ['Timeout', [...timers].filter(isRunning).length] as const]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function isRunning(timer: NodeJS.Timeout & { readonly _destroyed?: boolean }): boolean {
  return timer._destroyed !== true && timer.hasRef();
}

function handleCounts(): Counts {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo())
    if (!passing.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

// Requests end by themselves; timers are watched apart.
const passing = /Timeout|Immediate|Req|TTYWrap|PipeWrap|MessagePort|Shutdown|Connect|Write/;
