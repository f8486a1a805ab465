import type { Escaping } from '@oriel/encoding';
import { parseWeightedList, type WeightedItem } from './weighted-list.ts';

const openMetrics = 'application/openmetrics-text';
const protobuf = 'application/vnd.google.protobuf';
const metricFamily = 'io.prometheus.client.MetricFamily';

/** A format that a client can ask for; what can be written is the caller's `offered` list. */
export type MediaFormat =
  | `openmetrics-${'0.0.1' | '1.0.0' | '2.0.0'}`
  | `protobuf-${'compact-text' | 'delimited' | 'text'}`
  | `text-${'0.0.4' | '1.0.0'}`;

// What stands before the escaping parameter.
const mediaTypes: Readonly<Record<MediaFormat, string>> = Object.freeze({
  'openmetrics-0.0.1': `${openMetrics}; version=0.0.1; charset=utf-8`,
  'openmetrics-1.0.0': `${openMetrics}; version=1.0.0; charset=utf-8`,
  'openmetrics-2.0.0': `${openMetrics}; version=2.0.0; charset=utf-8`,
  'protobuf-compact-text': `${protobuf}; proto=${metricFamily}; encoding=compact-text`,
  'protobuf-delimited': `${protobuf}; proto=${metricFamily}; encoding=delimited`,
  'protobuf-text': `${protobuf}; proto=${metricFamily}; encoding=text`,
  'text-0.0.4': 'text/plain; version=0.0.4; charset=utf-8',
  'text-1.0.0': 'text/plain; version=1.0.0; charset=utf-8',
});

/** The schemes a client can ask for. */
export const escapings: readonly Escaping[] = Object.freeze(['allow-utf-8', 'underscores', 'dots', 'values']);

export interface NegotiateOptions<F extends MediaFormat> {
  /** What the server can write, best first. */
  readonly offered: readonly F[];
  /** The scheme where the chosen clause names none. Default: `underscores`. */
  readonly escaping?: Escaping;
}

export interface Negotiated<F extends MediaFormat> {
  readonly format: F;
  readonly escaping: Escaping;
  /** The Content-Type to answer with. */
  readonly contentType: string;
}

/**
 * Chooses format and name escaping by an Accept header.
 *
 * The acceptable clause of the highest weight wins, named types before wildcards, then the first. Wildcards,
 * no header, and a header that nothing offered matches get text 0.0.4; nobody is turned away.
 *
 * Source: Prometheus content negotiation; real headers of scrapers are in the tests.
 *
 * @example
 * const offered = ['openmetrics-1.0.0', 'text-0.0.4'] as const;
 * assert.equal(negotiate('application/openmetrics-text', { offered }).format, 'openmetrics-1.0.0');
 */
export function negotiate<F extends MediaFormat>(
  accept: string | undefined,
  { offered, escaping = 'underscores' }: NegotiateOptions<F>,
): Negotiated<F> {
  for (const clause of ranked(accept ?? '')) {
    const format = match(clause, offered);
    if (format === undefined) continue;
    const asked = clause.parameters.get('escaping');
    return answer(format, escapings.find((scheme) => scheme === asked) ?? escaping);
  }
  return answer(fallback(offered), escaping);
}

/** Whether an Accept header names HTML, as a browser's does. */
export function acceptsHtml(accept: string | undefined): boolean {
  return parseWeightedList(accept ?? '').some(({ value, q }) => value === 'text/html' && q > 0);
}

function answer<F extends MediaFormat>(format: F, escaping: Escaping): Negotiated<F> {
  return { format, escaping, contentType: `${mediaTypes[format]}; escaping=${escaping}` };
}

function ranked(accept: string): WeightedItem[] {
  const acceptable = parseWeightedList(accept).filter(({ q }) => q > 0);
  return acceptable.sort((a, b) => b.q - a.q || Number(isWildcard(a)) - Number(isWildcard(b)));
}

function isWildcard({ value }: WeightedItem): boolean {
  return value.endsWith('/*');
}

function match<F extends MediaFormat>(clause: WeightedItem, offered: readonly F[]): F | undefined {
  const find = (name: string): F | undefined => offered.find((format) => format === name);
  const { value, parameters } = clause;
  const version = parameters.get('version');
  switch (value) {
    case '*/*':
      return fallback(offered);
    case 'text/*':
      return find('text-0.0.4');
    case 'text/plain':
      return find(`text-${version ?? '0.0.4'}`);
    case openMetrics:
      if (version !== undefined) return find(`openmetrics-${version}`);
      return find('openmetrics-0.0.1') ?? find('openmetrics-1.0.0');
    case protobuf:
      return parameters.get('proto') === metricFamily
        ? find(`protobuf-${parameters.get('encoding')}`)
        : undefined;
    default:
      return undefined;
  }
}

function fallback<F extends MediaFormat>(offered: readonly F[]): F {
  return offered.find((format) => format === 'text-0.0.4') ?? offered[0];
}
