/**
 * A bound or quantile as a label's value: `0.5`, `1.0`, `1e+06`, `+Inf`.
 *
 * The form that OpenMetrics pages and current servers have, so that pushed and scraped buckets are the same series.
 */
export function boundText(bound: number): string {
  if (!Number.isFinite(bound)) return Number.isNaN(bound) ? 'NaN' : bound > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(bound);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return exponentText(bound);
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

// At least two digits behind the e.
function exponentText(bound: number): string {
  const [mantissa, power = ''] = bound.toExponential().split('e');
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}
