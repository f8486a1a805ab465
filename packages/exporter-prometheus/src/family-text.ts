import { type FamilyHead, isLegacyMetricName, type MetricType } from '@oriel/metrics';
import type { EncodeOptions } from './format.ts';
import { escapeMetricName, exposedName } from './naming.ts';
import { escapeLabelValue } from './value-bytes.ts';

const textTypes: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gauge_histogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  state_set: 'gauge',
  unknown: 'untyped',
};

const openMetricsTypes: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gauge_histogram: 'gaugehistogram',
  summary: 'summary',
  info: 'info',
  state_set: 'stateset',
  unknown: 'unknown',
};

/** How a family is named and announced in one format. */
export interface FamilyText {
  /** Name of the samples, without the suffixes of parts such as `_bucket`. */
  readonly sample: string;
  /** Name in the comment lines; the base of `_created` too. */
  readonly family: string;
  /** HELP, TYPE and UNIT lines. */
  readonly header: string;
}

/** Names and comment lines of a family. */
export function familyText(head: FamilyHead, options: EncodeOptions): FamilyText {
  const openMetrics = options.format === 'openmetrics-1.0.0';
  const exposed = exposedName(head, options.translation ?? 'UnderscoreEscapingWithSuffixes');
  const sample = escapeMetricName(exposed.name, options.escaping ?? 'underscores');
  const ending = head.type === 'counter' ? '_total' : head.type === 'info' ? '_info' : '';
  const bare = ending !== '' && !sample.endsWith(ending);
  const family = openMetrics && !bare && ending !== '' ? sample.slice(0, -ending.length) : sample;
  // OpenMetrics has no counter whose samples lack _total.
  const type = openMetrics ? (bare ? 'unknown' : openMetricsTypes[head.type]) : textTypes[head.type];
  const quoted = quotedName(family);
  const help = head.help === '' ? '' : `# HELP ${quoted} ${escapeHelp(head.help, openMetrics)}\n`;
  const unitLine = openMetrics && exposed.unit !== '' && family.endsWith(`_${exposed.unit}`);
  const unit = unitLine ? `# UNIT ${quoted} ${exposed.unit}\n` : '';
  return { sample, family, header: `${help}# TYPE ${quoted} ${type}\n${unit}` };
}

/** A metric name as it stands in a comment line. */
export function quotedName(name: string): string {
  return isLegacyMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}

function escapeHelp(help: string, openMetrics: boolean): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return openMetrics ? escaped.replaceAll('"', '\\"') : escaped;
}
