/** What of the process is open at a moment: sockets, servers, timers that keep it alive. */
export type OpenHandles = ReadonlyMap<string, number>;

/** What is open now; requests that end by themselves are left out. */
export function openHandles(): OpenHandles {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo())
    if (!passing.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** What was opened since and is still open, such as `2 TCPSocketWrap`; empty for nothing. */
export function openedSince(before: OpenHandles): string {
  return [...openHandles()]
    .map(([name, count]) => ({ name, more: count - (before.get(name) ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ name, more }) => `${more} ${name}`)
    .join(', ');
}

const passing = /Immediate|Req|TTYWrap|PipeWrap|MessagePort|Shutdown|Connect|Write/;
