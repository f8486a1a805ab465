/** Default bounds by code: latencies, workflow latencies, sizes, ratios, trigger latencies. */
export type BoundsCode = 'LAT' | 'WLAT' | 'SIZE' | 'RATIO' | 'TRIG';

/** What an operator or a program has to ask for. */
export type OptIn = 'recordErrorCodes' | 'increasedCardinality';

/** One measure of a runtime, as it stands in the catalogue. */
export interface MeasureDefinition {
  /** Name in Dapr, and of measure and view under the profile `dapr`. */
  readonly name: string;
  /** What Dapr makes of it. */
  readonly kind: 'count' | 'sum' | 'gauge' | 'histogram';
  /** Of a histogram. */
  readonly bounds?: BoundsCode;
  /** UCUM code under the profile `dapr`. */
  readonly unit: '1' | 'By' | 'ms';
  /** Labels under the profile `dapr`, sorted. */
  readonly tags: readonly string[];
  /** Those of `tags` that Dapr does not have. Default: none. */
  readonly added?: readonly string[];
  /** Name under the profile `default`. */
  readonly today: string;
  /** Labels under the profile `default`, sorted. Default: `tags`. */
  readonly todayTags?: readonly string[];
  /** Unit under the profile `default`. Default: `s` for `ms`, else `unit`. */
  readonly todayUnit?: 's';
  /** Dapr records it and has no view of it. Default: false. */
  readonly noView?: boolean;
  /** A state set under the profile `default`. Default: false. */
  readonly stateSet?: boolean;
  /** Its view is there only if this is switched on. Default: always there. */
  readonly optIn?: OptIn;
  /** Help text. */
  readonly description: string;
  /** When it is recorded. */
  readonly when: string;
  /** What else is worth knowing: never recorded by Dapr, other values than in Dapr. */
  readonly note?: string;
}

/** Measures of one subject by their keys in code. */
export type MeasureGroup = Readonly<Record<string, MeasureDefinition>>;

/** Every label that a measure has under any profile. */
export type LabelsIn<D> =
  | (D extends { readonly tags: readonly (infer T extends string)[] } ? T : never)
  | (D extends { readonly todayTags: readonly (infer T extends string)[] } ? T : never);
