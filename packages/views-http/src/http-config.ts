import type { ViewConfig, ViewConfigField, ViewConfigIssue, ViewConfigPlan } from '@oriel/stats';
import type { PathLabels } from './path-labels.ts';
import { type PathRules, readPathRules } from './path-rules.ts';

/**
 * Makes the field `http` of the operator's file set the rules of these labels, at the start and at each reload, for
 * `newExporter('…', { configurables: [httpConfig(labels)] })`.
 *
 * Default: what the file leaves out is as the labels were made with.
 */
export function httpConfig(labels: PathLabels): ViewConfig {
  return Object.freeze({
    fields: [httpField(labels.defaults)],
    prepare: ({ http }: Readonly<Record<string, unknown>>) => planOf(labels, http),
  });
}

function httpField({
  increasedCardinality,
  pathMatching,
  excludeVerbs,
  pathLimit,
}: PathRules): ViewConfigField {
  return {
    name: 'http',
    description:
      'Labels of HTTP requests: "pathMatching" lists path patterns such as "/orders/{id}"; "increasedCardinality" gives other paths labels of their own, at most "pathLimit" of them; "excludeVerbs" leaves the method empty.',
    wanted: 'an object with "increasedCardinality", "pathMatching", "excludeVerbs", "pathLimit"',
    default: JSON.stringify({ increasedCardinality, pathMatching, excludeVerbs, pathLimit }),
  };
}

function planOf(labels: PathLabels, http: unknown): ViewConfigPlan {
  const { issues, warnings } = readPathRules(http, labels.defaults);
  const within = ({ path, message }: ViewConfigIssue): ViewConfigIssue => ({
    path: ['http', ...path],
    message,
  });
  return {
    issues: issues.map(within),
    warnings: warnings.map(within),
    constLabels: {},
    commit: () => labels.use((http ?? {}) as Partial<PathRules>),
  };
}
