import { type Gatherer, labelsOf } from '@oriel/metrics';

/** One number per series of single-valued families, as `name{a="b"}`. */
export async function samplesOf(registry: Gatherer): Promise<Record<string, number>> {
  const { families, errors } = await registry.gather();
  if (errors.length > 0) throw new AggregateError(errors);
  const samples: [string, number][] = [];
  for (const { name, parts } of families) {
    for (const part of parts) {
      for (let row = 0; row < part.rows; row++) {
        const labels = labelsOf(part, row).map((label) => `${label.name}="${label.value}"`);
        samples.push([`${name}{${labels.join(',')}}`, part.values[row]]);
      }
    }
  }
  return Object.fromEntries(samples);
}
