import type { Family, Snapshot } from '@oriel/metrics';
import { type LintedFamily, type LintRule, lintRules } from './lint-rules.ts';
import { type ReadFamily, readPage } from './page-reader.ts';

export interface LintFinding {
  readonly family: string;
  readonly rule: LintRule;
  /** What is wrong and what is wanted, as a part of a sentence. */
  readonly message: string;
}

/**
 * Judges names, labels and help by the conventions of Prometheus.
 *
 * Shape: a snapshot is judged by the names it has; what an exporter appends, such as `_total`, is seen on its page
 * only. A page is read strictly; text 0.0.4 and OpenMetrics, told by its last line.
 * Source: the rules of `promtool check metrics`, and `target-label` of the instrumentation guide.
 *
 * @example
 * const findings = lintMetrics('# HELP wait_ms Waiting.\n# TYPE wait_ms gauge\nwait_ms 3\n');
 * assert.deepEqual(findings.map(({ family, rule }) => [family, rule]), [['wait_ms', 'abbreviated-unit']]);
 */
export function lintMetrics(source: Snapshot | string): LintFinding[] {
  const families = typeof source === 'string' ? pageFamilies(source) : source.families.map(snapshotFamily);
  return families.flatMap((family) =>
    Object.entries(lintRules).flatMap(([rule, check]) => {
      const message = check(family);
      return message === undefined ? [] : [{ family: family.name, rule: rule as LintRule, message }];
    }),
  );
}

function snapshotFamily({ name, type, help, parts }: Family): LintedFamily {
  const names = parts.flatMap(({ labels, constLabels }) => [
    ...labels.names,
    ...constLabels.map((label) => label.name),
  ]);
  return { name, type, help, labelNames: [...new Set(names)] };
}

function pageFamilies(page: string): LintedFamily[] {
  const openMetrics = page.endsWith('# EOF\n');
  return readPage(page, openMetrics ? 'openmetrics' : 'text').map((family) => {
    const own = family.type.endsWith('histogram') ? 'le' : family.type === 'summary' ? 'quantile' : undefined;
    const labels = new Set(family.samples.flatMap((sample) => [...sample.labels.keys()]));
    const labelNames = [...labels].filter((label) => label !== own);
    return {
      name: openMetrics ? sampleName(family) : family.name,
      type: family.type,
      help: family.help,
      labelNames,
    };
  });
}

// An OpenMetrics page names a counter without the ending of its samples.
function sampleName({ name, type, samples }: ReadFamily): string {
  const full = `${name}_total`;
  return type === 'counter' && samples.some((sample) => sample.name === full) ? full : name;
}
