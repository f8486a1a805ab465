import type { Attributes } from '@opentelemetry/api';
import { type Label, labelsOf } from '@oriel/metrics';
import { attributeText } from './label-key.ts';
import { LabelTable } from './label-table.ts';
import type { Scope } from './scope.ts';

/** Labels that only the scope's own fields may write. */
export const scopeFields: ReadonlySet<string> = new Set([
  'otel_scope_name',
  'otel_scope_version',
  'otel_scope_schema_url',
]);

/** The labels that tell where a point comes from; empty ones and attributes that clash are left out. */
export function scopeLabels(scope: Scope): readonly Label[] {
  const fields = [
    { name: 'otel_scope_name', value: attributeText(scope.name) },
    { name: 'otel_scope_version', value: attributeText(scope.version) },
    { name: 'otel_scope_schema_url', value: attributeText(scope.schemaUrl) },
  ];
  return [...fields.filter(({ value }) => value !== ''), ...attributeLabels(scope.attributes ?? {})];
}

function attributeLabels(attributes: Attributes): Label[] {
  const table = new LabelTable(1, { reserved: scopeFields });
  const prefixed = Object.entries(attributes).map(([key, value]) => [`otel_scope_${key}`, value]);
  table.write(0, Object.fromEntries(prefixed));
  const labels = table.finish(1);
  return labelsOf(
    { rows: 1, constLabels: [], labels, stride: 0, values: new Float64Array(), points: [], states: [] },
    0,
  );
}
