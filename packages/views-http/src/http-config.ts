import type { PathLabels } from './path-labels.ts';
import { type PathRules, readPathRules } from './path-rules.ts';

/** Something to tell the operator: where in the file, and the end of "it is X; …". */
export interface HttpConfigRemark {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What the operator reads about a field. */
export interface HttpConfigField {
  readonly name: string;
  readonly description: string;
  readonly wanted: string;
  readonly default: string;
}

/** What follows from the file, before it does. */
export interface HttpConfigPlan {
  readonly issues: readonly HttpConfigRemark[];
  readonly warnings: readonly HttpConfigRemark[];
  readonly constLabels: Readonly<Record<string, string>>;
  /** Never throws; called at most once, and only without issues. */
  commit(): void;
}

/** A part of the program that takes the field `http` of an operator's file; `@oriel/exporter` calls it a `Configurable`. */
export interface HttpConfig {
  readonly fields: readonly HttpConfigField[];
  prepare(values: Readonly<Record<string, unknown>>): HttpConfigPlan;
}

/** Lets the operator's file set the rules of these labels, at the start and at each reload. */
export function httpConfig(labels: PathLabels): HttpConfig {
  return {
    fields: [httpField(labels.defaults)],
    prepare: ({ http }) => planOf(labels, http),
  };
}

function httpField({
  increasedCardinality,
  pathMatching,
  excludeVerbs,
  pathLimit,
}: PathRules): HttpConfigField {
  return {
    name: 'http',
    description:
      'Labels of HTTP requests: "pathMatching" lists path patterns such as "/orders/{id}"; "increasedCardinality" gives other paths labels of their own, at most "pathLimit" of them; "excludeVerbs" leaves the method empty.',
    wanted: 'an object with "increasedCardinality", "pathMatching", "excludeVerbs", "pathLimit"',
    default: JSON.stringify({ increasedCardinality, pathMatching, excludeVerbs, pathLimit }),
  };
}

function planOf(labels: PathLabels, http: unknown): HttpConfigPlan {
  const { issues, warnings } = readPathRules(http, labels.defaults);
  const within = ({ path, message }: HttpConfigRemark): HttpConfigRemark => ({
    path: ['http', ...path],
    message,
  });
  return {
    issues: issues.map(within),
    warnings: warnings.map(within),
    constLabels: {},
    commit: () => labels.use((http ?? {}) as Readonly<Record<string, unknown>>),
  };
}
