import type { ViewConfigIssue } from '@oriel/stats';

/** The field `workflow`, as far as it says something. */
export interface WorkflowFields {
  /** Not checked yet: as bounds of a view they will be. */
  readonly bounds?: unknown;
  /** Of the bounds. */
  readonly unit: string;
}

interface Remarks {
  readonly issues: ViewConfigIssue[];
  readonly warnings: ViewConfigIssue[];
}

const names = ['latencyDistributionBuckets', 'latencyDistributionUnits'];

/**
 * Reads the field `workflow`: bounds that are missing or empty are the shared ones, units without bounds say nothing, and
 * units of nothing or less are the default, as in Dapr.
 */
export function readWorkflow(value: unknown, { issues, warnings }: Remarks): WorkflowFields {
  const fields = value ?? {};
  if (typeof fields !== 'object' || Array.isArray(fields)) {
    issues.push({ path: ['workflow'], message: `use an object with ${names.join(' or ')}` });
    return { unit: 'ms' };
  }
  for (const name of Object.keys(fields).filter((each) => !names.includes(each)))
    issues.push({ path: ['workflow', name], message: `no such field is known; use ${names.join(' or ')}` });
  const { latencyDistributionBuckets: bounds, latencyDistributionUnits: given } = fields as Record<
    string,
    unknown
  >;
  const path = ['workflow', 'latencyDistributionUnits'];
  const none = bounds === undefined || bounds === null || (Array.isArray(bounds) && bounds.length === 0);
  const unit = given ?? 'ms';
  if (typeof unit !== 'string') issues.push({ path, message: 'use a duration such as "1ms" or "1s"' });
  if (none && given !== undefined && given !== null)
    warnings.push({ path, message: 'there are no bounds for it; add latencyDistributionBuckets' });
  if (none || typeof unit !== 'string') return { unit: 'ms' };
  if (!isNothing(unit)) return { bounds, unit };
  warnings.push({ path, message: 'milliseconds are used; use a duration above 0, such as "1s"' });
  return { bounds, unit: 'ms' };
}

// "0", "0s" and "-1s" stand for the default in Dapr.
function isNothing(duration: string): boolean {
  return duration.startsWith('-') || /^[0.]+(ns|us|µs|ms|s|m|h)?$/.test(duration);
}
