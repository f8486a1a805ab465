/** On a response that middleware measures: its exchange. */
export const watchedSlot: symbol = Symbol('oriel.http.watched');

const slots = new Set<symbol>([watchedSlot]);

/** Says that responses, or streams of HTTP/2, that are measured carry one of these symbols; until the end is called. */
export function measuredBy(...symbols: readonly symbol[]): () => void {
  for (const symbol of symbols) slots.add(symbol);
  return () => {
    for (const symbol of symbols) slots.delete(symbol);
  };
}

/** Whether a response is measured already, so that middleware must not do it again. */
export function isMeasured(response: object): boolean {
  const { stream } = response as { readonly stream?: unknown };
  for (const slot of slots) {
    if (slot in response || (typeof stream === 'object' && stream !== null && slot in stream)) return true;
  }
  return false;
}
