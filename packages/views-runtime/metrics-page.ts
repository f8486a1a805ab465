// Writes METRICS.md: `node --conditions=oriel-source packages/views-runtime/metrics-page.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultBounds } from './src/bounds.ts';
import { type CatalogueEntry, catalogue, parts } from './src/catalogue.ts';
import { labelsUnder, unitUnder } from './src/profile.ts';

/** METRICS.md as it should be. */
export function metricsPage(): string {
  return [
    '# Metrics of @oriel/views-runtime',
    'Made from the catalogue by `metrics-page.ts`; a test fails when it is stale. Change the catalogue, not this page.',
    `${catalogue.length} measures. Names under the profile \`dapr\` are those of a page with the namespace \`dapr\` and the translation \`UnderscoreEscapingWithoutSuffixes\`; those under \`default\` stand on a page without a namespace, with any translation.`,
    ...parts.flatMap(sectionOf),
    '## Bounds',
    table(['code', 'unit', 'bounds under `dapr`', 'bounds under `default`'], boundRows()),
    '## Old names and new ones',
    'A count of Dapr is a counter under both profiles; only under `default` its name says so.',
    table(
      ['`dapr`', '`default`', 'values'],
      catalogue.map((entry) => [code(exposed(entry)), code(entry.today), changeOf(entry)]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function sectionOf(part: CatalogueEntry['part']): string[] {
  const entries = catalogue.filter((entry) => entry.part === part);
  const rows = entries.map((entry) => [
    code(exposed(entry)),
    code(entry.today),
    typeOf(entry),
    labelsOf(entry),
    whatOf(entry),
  ]);
  return [
    `## ${part}: ${entries.length}`,
    table(['`dapr`', '`default`', 'type', 'labels', 'what and when'], rows),
  ];
}

function exposed({ name }: CatalogueEntry): string {
  return `dapr_${name.replaceAll(/[^a-zA-Z0-9]/g, '_')}`;
}

function typeOf(entry: CatalogueEntry): string {
  const type = entry.kind === 'count' || entry.kind === 'sum' ? 'counter' : entry.kind;
  const units = [...new Set([unitUnder('dapr', entry), unitUnder('default', entry)])].filter(
    (unit) => unit !== '1',
  );
  const shown = entry.stateSet ? `${type}; state set` : type;
  return [shown, entry.bounds, units.join('; ')].filter((part) => part).join(', ');
}

function labelsOf(entry: CatalogueEntry): string {
  const old = labelsUnder('dapr', entry).map(code).join(', ');
  const today = labelsUnder('default', entry).map(code).join(', ');
  return old === today ? old : `${old}; under \`default\` ${today}`;
}

function whatOf({ description, when, note = '', added = [] }: CatalogueEntry): string {
  const more = added.length === 0 ? '' : `Not in Dapr: ${added.map(code).join(', ')}.`;
  return [description, `Recorded: ${when}.`, note, more].filter((text) => text !== '').join(' ');
}

function boundRows(): string[][] {
  const units = { LAT: 'ms', WLAT: 'ms', SIZE: 'By', RATIO: '1', TRIG: 'ms' } as const;
  return Object.entries(defaultBounds).map(([name, bounds]) => {
    const unit = units[name as keyof typeof units];
    const today = unit === 'ms' ? `${bounds.map((bound) => bound / 1000).join(', ')} s` : 'the same';
    return [name, unit, bounds.join(', '), today];
  });
}

function changeOf(entry: CatalogueEntry): string {
  if (entry.stateSet) return 'a state set: label `resiliency_circuit_breaker_state` in place of `status`';
  const seconds = entry.unit === 'ms' ? ['in seconds'] : [];
  const labels =
    labelsUnder('dapr', entry).join() === labelsUnder('default', entry).join() ? [] : ['other labels'];
  return [...seconds, ...labels].join(', ') || 'the same';
}

function code(text: string): string {
  return `\`${text}\``;
}

// As the formatter has it: columns of one width.
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'METRICS.md'), metricsPage());
