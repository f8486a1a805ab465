import { createHook } from 'node:async_hooks';

/** Watches what is opened from now on. */
export interface HandleWatch extends Disposable {
  /** What was opened since and is still open, such as `1 Timeout, 2 TCPSocketWrap`; empty for nothing. */
  left(): string;
}

/**
 * Watches sockets, servers and other handles, and timers that keep the process alive.
 *
 * Timers are watched one by one: those of a test runner come and go at any time, and their number says nothing.
 */
export function watchHandles(): HandleWatch {
  const timers = new Set<NodeJS.Timeout>();
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'Timeout') timers.add(resource as NodeJS.Timeout);
    },
  }).enable();
  const before = openHandles();
  return {
    left: () => {
      const kept = [...timers].filter(isRunning).length;
      const opened = [...openHandles()].map(
        ([name, count]) => [name, count - (before.get(name) ?? 0)] as const,
      );
      return [...opened, ['Timeout', kept] as const]
        .filter(([, more]) => more > 0)
        .map(([name, more]) => `${more} ${name}`)
        .join(', ');
    },
    [Symbol.dispose]: () => {
      hook.disable();
    },
  };
}

function isRunning(timer: NodeJS.Timeout & { readonly _destroyed?: boolean }): boolean {
  return timer._destroyed !== true && timer.hasRef();
}

function openHandles(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo())
    if (!passing.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

// Requests end by themselves; timers are watched apart.
const passing = /Timeout|Immediate|Req|TTYWrap|PipeWrap|MessagePort|Shutdown|Connect|Write/;
