import type { ConfigDocument } from './config-document.ts';
import { type ConfigProblem, configUnreadable } from './config-error.ts';
import { type FileField, fieldProblem, fieldsAt } from './config-field.ts';
import { isMapping, withoutNulls } from './config-value.ts';

/** What a file sets, whatever kind of document it is. */
export interface ConfigSource {
  readonly fields: readonly FileField[];
  readonly problems: readonly ConfigProblem[];
  /** Whether it is made of Dapr's documents. */
  readonly isDapr: boolean;
}

/** The fields that name a document's kind, and so are nobody's. */
export const kindFields: readonly string[] = ['apiVersion', 'kind'];

const DAPR_VERSION = 'dapr.io/v1alpha1';

/**
 * Takes the fields out of a file: those of its one document, or the metrics sections of Dapr's documents.
 *
 * Errors: {@link MetricsError} `CONFIG_UNREADABLE` for several documents without a kind.
 */
export function readSource(path: string, documents: readonly ConfigDocument[]): ConfigSource {
  const [only, second] = documents;
  if (only === undefined) return { fields: [], problems: [], isDapr: false };
  if (second === undefined && !hasKind(only)) return plainSource(only);
  if (!documents.every(hasKind)) {
    const several = 'several documents stand in the file, and not each has a kind';
    const cure = 'use one document of options, or documents of kind "Configuration"';
    throw configUnreadable(path, `${second.place(second.start)}: ${several}; ${cure}`);
  }
  const ours = documents.filter(isConfiguration);
  return daprSource(ours.length === 0 ? [only] : ours);
}

function plainSource(document: ConfigDocument): ConfigSource {
  const fields = fieldsAt(document, []);
  return 'code' in fields
    ? { fields: [], problems: [fields], isDapr: false }
    : { fields, problems: [], isDapr: false };
}

function hasKind({ value }: ConfigDocument): boolean {
  return isMapping(value) && kindFields.some((name) => Object.hasOwn(value, name));
}

// Others of this kind, such as Knative's, stand beside Dapr's in one file.
function isConfiguration({ value }: ConfigDocument): boolean {
  const { kind, apiVersion = DAPR_VERSION } = value as Record<string, unknown>;
  return kind === 'Configuration' && String(apiVersion).startsWith('dapr.io/');
}

// A later document replaces the fields of those before, as Dapr's later file does.
function daprSource(documents: readonly ConfigDocument[]): ConfigSource {
  const fields = new Map<string, FileField>();
  const problems: ConfigProblem[] = [];
  for (const document of documents) {
    problems.push(...kindProblems(document));
    for (const section of ['metric', 'metrics']) {
      const read = sectionFields(document, section);
      if ('code' in read) problems.push(read);
      else for (const field of read) fields.set(field.name, field);
    }
  }
  const unset = (field: FileField) => field.name === BUCKETS && isEmptyList(field.value);
  return { fields: [...fields.values()].filter((field) => !unset(field)), problems, isDapr: true };
}

const BUCKETS = 'latencyDistributionBuckets';

function kindProblems(document: ConfigDocument): ConfigProblem[] {
  const { apiVersion, kind } = document.value as Record<string, unknown>;
  const field = (name: string, value: unknown): FileField => ({ name, value, document, path: [name] });
  return [
    ...(kind === 'Configuration' ? [] : [fieldProblem(field('kind', kind), [], 'use "Configuration"')]),
    ...(apiVersion === DAPR_VERSION
      ? []
      : [fieldProblem(field('apiVersion', apiVersion), [], `use "${DAPR_VERSION}"`)]),
  ];
}

// Null and, for rules, an empty list leave what was said before.
function sectionFields(document: ConfigDocument, section: string): FileField[] | ConfigProblem {
  const { spec } = document.value as Record<string, unknown>;
  if (spec === undefined || spec === null) return [];
  if (!isMapping(spec)) return section === 'metric' ? fieldsAt(document, ['spec']) : [];
  if (spec[section] === undefined || spec[section] === null) return [];
  const fields = fieldsAt(document, ['spec', section]);
  if ('code' in fields) return fields;
  return fields
    .filter(({ name, value }) => value !== null && !(name === 'rules' && isEmptyList(value)))
    .map((field) => ({ ...field, value: daprValue(withoutNulls(field.value)) }));
}

// To Dapr an empty list of bounds is none.
function daprValue(value: unknown): unknown {
  if (!isMapping(value) || !isEmptyList(value[BUCKETS])) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== BUCKETS));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
