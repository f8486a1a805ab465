import { MetricsError } from './error.ts';
import { quote } from './names.ts';

/** Of the schemas Prometheus knows: growth per bucket is `2 ** (2 ** -schema)`, from 65536 down to 1.00271. */
export const LOWEST_SCHEMA: number = -4;
const HIGHEST_SCHEMA = 8;

/** The most buckets a series can have, whatever `maxBuckets` says. */
export const MOST_BUCKETS: number = 4096;

export interface ExponentialOptions {
  /** Resolution, -4 to 8; one more doubles the buckets. Default: 3, each bucket 9 % wider than the one before. */
  readonly schema?: number;
  /** Instead of a schema: the most a bucket may grow over the one before, above 1, such as 1.1. */
  readonly factor?: number;
  /** Populated buckets a series may have before it is made coarser. Default: 160; 0 for the most, 4096. */
  readonly maxBuckets?: number;
  /** Values this close to 0 count as zero. Default: 2 ** -128; 0 for exact zeros only. */
  readonly zeroThreshold?: number;
  /** With too many buckets begin anew, but not more often than this, in milliseconds. Default: 0, never. */
  readonly minResetInterval?: number;
  /** With too many buckets let the zero bucket take over the lowest, up to this value. Default: 0, never. */
  readonly maxZeroThreshold?: number;
  /** Exemplars kept per series, over all its buckets. Default: 10; 0 for none. */
  readonly maxExemplars?: number;
  /** Age from which an exemplar makes room for any newer one, in milliseconds. Default: 300 000. */
  readonly exemplarMaxAge?: number;
}

/** What {@link exponential} makes: the options with nothing left open. */
export interface Exponential {
  readonly kind: 'exponential';
  readonly schema: number;
  readonly maxBuckets: number;
  readonly zeroThreshold: number;
  readonly minResetInterval: number;
  readonly maxZeroThreshold: number;
  readonly maxExemplars: number;
  readonly exemplarMaxAge: number;
}

/**
 * Groups values into buckets that grow by a factor, made where values fall: no bounds to choose.
 *
 * Shape: bucket i is `(2 ** ((i - 1) * 2 ** -schema), 2 ** (i * 2 ** -schema)]`, mirrored for negative values, and a
 * zero bucket between them. Too many buckets are met by these steps, the first that is possible: begin anew, widen
 * the zero bucket, halve the resolution. The definition may be given again as options.
 * Default: schema 3, at most 160 buckets.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID`.
 * Source: Prometheus native histograms, client_golang.
 *
 * @example
 * assert.equal(exponential({ factor: 1.1 }).schema, 3);
 */
export function exponential(options: ExponentialOptions = {}): Exponential {
  if (typeof options !== 'object' || options === null)
    throw refusal('definition', options, 'an object of options');
  return Object.freeze({
    kind: 'exponential',
    // Not -0.
    schema: schemaOf(options) + 0,
    maxBuckets: wholeNumber(options, 'maxBuckets', 160, MOST_BUCKETS),
    zeroThreshold: amount(options, 'zeroThreshold', 2 ** -128),
    minResetInterval: amount(options, 'minResetInterval', 0),
    maxZeroThreshold: amount(options, 'maxZeroThreshold', 0),
    maxExemplars: wholeNumber(options, 'maxExemplars', 10, 1000),
    exemplarMaxAge: amount(options, 'exemplarMaxAge', 300_000),
  });
}

function schemaOf({ schema, factor }: ExponentialOptions): number {
  if (schema !== undefined && factor !== undefined)
    throw refusal('factor', factor, 'either a factor or a schema');
  if (factor !== undefined) return schemaForFactor(factor);
  if (schema === undefined) return 3;
  if (isSchema(schema)) return schema;
  throw refusal('schema', schema, `a whole number of ${LOWEST_SCHEMA} to ${HIGHEST_SCHEMA}`);
}

/** Whether a value is a schema Prometheus knows. */
export function isSchema(schema: unknown): schema is number {
  const whole = typeof schema === 'number' && Number.isInteger(schema);
  return whole && schema >= LOWEST_SCHEMA && schema <= HIGHEST_SCHEMA;
}

// The coarsest schema whose buckets grow by no more than the factor.
function schemaForFactor(factor: number): number {
  if (!(typeof factor === 'number' && factor > 1 && factor < Number.POSITIVE_INFINITY))
    throw refusal('factor', factor, 'a finite number above 1');
  const schema = -Math.floor(Math.log2(Math.log2(factor)));
  return Math.min(Math.max(schema, LOWEST_SCHEMA), HIGHEST_SCHEMA);
}

type Option = Exclude<keyof ExponentialOptions, 'schema' | 'factor'>;

function amount(options: ExponentialOptions, name: Option, fallback: number): number {
  const value = options[name] ?? fallback;
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value + 0;
  throw refusal(name, value, 'a finite number of 0 or more');
}

function wholeNumber(options: ExponentialOptions, name: Option, fallback: number, most: number): number {
  const value = options[name] ?? fallback;
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw refusal(name, value, `a whole number of 0 to ${most}`);
}

function refusal(option: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot define exponential histogram: ${option} is ${quote(value)}; use ${wanted}`,
    details: { option, value },
  });
}
