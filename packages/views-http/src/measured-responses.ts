/** Whether a response is measured. */
type Measures = (response: object) => boolean;

const measuring = new Set<Measures>();

/** Lets middleware know which responses are measured already, until the function given back is called. */
export function declareMeasured(measures: Measures): () => void {
  measuring.add(measures);
  return () => void measuring.delete(measures);
}

/** Whether a response is measured already, so that middleware must not do it again. */
export function isMeasured(response: object): boolean {
  for (const measures of measuring) {
    if (measures(response)) return true;
  }
  return false;
}
