// Started by soak.ts: takes all the time that a processor has left over.

process.once('disconnect', () => process.exit());

function work(): void {
  const until = performance.now() + 100;
  while (performance.now() < until);
  setImmediate(work);
}
work();
