import { type Escaping, escapeMetricName, exposedName, typeSuffix } from '@oriel/encoding';
import { type FamilyHead, isLegacyMetricName, type MetricType } from '@oriel/metrics';
import { escapeLabelValue } from './escape-value.ts';
import { type EncodeOptions, isOpenMetrics } from './format.ts';
import { labelNameText } from './label-text.ts';

const textTypes: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gauge_histogram: 'histogram',
  exponential_histogram: 'histogram',
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
  exponential_histogram: 'histogram',
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
  /** Word of the unit if the name ends with it before escaping, else empty. */
  readonly unit: string;
  /** HELP, TYPE and UNIT lines. */
  readonly header: string;
}

/** Names and comment lines of a family. */
export function familyText(head: FamilyHead, options: EncodeOptions): FamilyText {
  const { escaping = 'underscores', format, translation = 'UnderscoreEscapingWithSuffixes' } = options;
  const exposed = exposedName(head, translation);
  const { unit } = exposed;
  const sample = escapeMetricName(exposed.name, escaping);
  const openMetrics = isOpenMetrics(format);
  // In OpenMetrics 2.0 samples have their family's name.
  const family = format === 'openmetrics-1.0.0' ? familyName(sample, head.type) : sample;
  const names = { sample, family, escaping };
  const name = quoted(family);
  const help = head.help === '' ? '' : `# HELP ${name} ${escapeHelp(head.help, openMetrics)}\n`;
  if (format === 'openmetrics-2.0.0') {
    const unitLine = exposed.word === '' ? '' : `# UNIT ${name} ${exposed.word}\n`;
    const header = `# TYPE ${name} ${inlineType(head.type, names)}\n${unitLine}${help}`;
    return { sample, family, unit, header };
  }
  const type = openMetrics ? openMetricsType(head.type, names) : textTypes[head.type];
  const hasUnit = openMetrics && unit !== '' && family.endsWith(`_${unit}`);
  const unitLine = hasUnit ? `# UNIT ${name} ${unit}\n` : '';
  return { sample, family, unit, header: `${help}# TYPE ${name} ${type}\n${unitLine}` };
}

function familyName(sample: string, type: MetricType): string {
  const ending = typeSuffix(type);
  return sample.endsWith(ending) ? sample.slice(0, sample.length - ending.length) || sample : sample;
}

interface Names {
  readonly sample: string;
  readonly family: string;
  readonly escaping: Escaping;
}

function openMetricsType(type: MetricType, names: Names): string {
  // OpenMetrics has no counter whose samples lack _total, and no info whose samples lack _info.
  return typeSuffix(type) !== '' && names.family === names.sample ? 'unknown' : inlineType(type, names);
}

// Version 2.0 leaves the names to the programs.
function inlineType(type: MetricType, { sample, family, escaping }: Names): string {
  // The states stand in a label of the family's name; a name with a colon can be none.
  if (type === 'state_set' && labelNameText(sample, escaping) !== quoted(family)) return textTypes[type];
  return openMetricsTypes[type];
}

function quoted(name: string): string {
  return isLegacyMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}

function escapeHelp(help: string, openMetrics: boolean): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return openMetrics ? escaped.replaceAll('"', '\\"') : escaped;
}
