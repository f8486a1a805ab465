/** Collects all garbage now, so that what one peer left behind is not collected in another's time. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('Cannot collect garbage: start node with --expose-gc');
  globalThis.gc();
}

/** Bytes held by the process's heap and its buffers, without garbage. `external` has `arrayBuffers` in it. */
export function heldBytes(): number {
  // Twice: what finalizers let go of is gone only at the next collection.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
