import { resolve } from 'node:path';
import { parseDocuments, readConfigText } from './config-document.ts';
import { type ConfigProblem, configRefused } from './config-error.ts';
import { type FileField, fieldPlace, fieldProblem, fieldRemark, fieldText } from './config-field.ts';
import { type PartPlan, planFor } from './config-plan.ts';
import { type ConfigSource, readSource } from './config-source.ts';
import { type ConfigPath, isMapping, type Mapping } from './config-value.ts';
import type { Configurable } from './configurable.ts';
import { suggestion } from './nearest-name.ts';
import { shown } from './option-error.ts';
import { optionTable } from './option-table.ts';

/** What a configuration file says, checked as a whole. */
export interface ConfigFile {
  /** As the operator wrote it. */
  readonly path: string;
  /** The same, whatever the working directory becomes. */
  readonly location: string;
  readonly text: string;
  /** By option name, `enabled` under `metricsEnabled`. */
  readonly options: Mapping;
  /** Settings by backend name, not yet checked by the backends. */
  readonly backends: Readonly<Record<string, Mapping>>;
  /** What the parts of the program make of their fields; nothing of it is done yet. */
  readonly plans: readonly PartPlan[];
  /** What is odd but usable, with its place. */
  readonly warnings: readonly string[];
  /** A top-level field as it is written, or `undefined` if the file does not set it. */
  fieldOf(name: string): string | undefined;
  /** Where a value stands, such as `file "m.yaml", line 3, column 14`. */
  where(path: ConfigPath): string;
}

/** The options that a file may set. */
const fileOptions = optionTable.filter((row) => row.inFile);

/** The fields that are the exporter's own, and no option's. */
export const ownFields = {
  enabled: { stands: 'metricsEnabled', description: 'The same as `metricsEnabled`', wanted: 'true or false' },
  backends: {
    description: 'Settings of backends, by backend name',
    wanted: 'a mapping of settings by backend',
  },
} as const;

// A program that lacks the part for one of them can still read Dapr's document.
const daprFields = ['recordErrorCodes', 'latencyDistributionBuckets', 'workflow', 'http', 'rules'];

/**
 * Reads a YAML or JSON configuration file; one bad field and nothing of it is used.
 *
 * Errors: {@link MetricsError} `CONFIG_UNREADABLE` if it cannot be read or parsed, `OPTION_UNKNOWN` and
 * `OPTION_INVALID` for its fields, the message naming file, line, column, field, value and cure.
 */
export async function readConfigFile(path: string, parts: readonly Configurable[]): Promise<ConfigFile> {
  const location = resolve(path);
  return parseConfigFile({ path, location, text: await readConfigText(path, location) }, parts);
}

/** The same for a text that was read before. */
export async function parseConfigFile(
  read: Pick<ConfigFile, 'path' | 'location' | 'text'>,
  parts: readonly Configurable[],
): Promise<ConfigFile> {
  const { path, text } = read;
  const source = readSource(path, await parseDocuments(path, text));
  const fields = new Map(source.fields.map((field) => [canonical(field), field]));
  const values = Object.fromEntries([...fields].map(([name, field]) => [name, field.value]));
  const plans = parts.map((part) => planFor(part, values));
  const claimed = parts.flatMap((part) => part.fields.map(({ name }) => name));
  const problems = [
    ...source.problems,
    ...source.fields.flatMap((field) => ownProblems(field, source, claimed)),
    ...plans.flatMap(({ plan }) => plan.issues.map(({ path, message }) => remarked(fields, path, message))),
  ];
  if (problems.length > 0) throw configRefused(path, problems);
  return assembled({ read, source, fields, plans, claimed });
}

interface Checked {
  readonly read: Pick<ConfigFile, 'path' | 'location' | 'text'>;
  readonly source: ConfigSource;
  readonly fields: ReadonlyMap<string, FileField>;
  readonly plans: readonly PartPlan[];
  readonly claimed: readonly string[];
}

function assembled({ read, source, fields, plans, claimed }: Checked): ConfigFile {
  const { path, location, text } = read;
  const options = fileOptions.flatMap(({ name }) => {
    const field = fields.get(name);
    return field === undefined ? [] : [[name, field.value] as const];
  });
  const unused = source.fields.filter((field) => isUnused(field, source, claimed));
  const remark = 'no part of this program takes it, and nothing follows from it';
  const odd = plans.flatMap(({ plan }) =>
    plan.warnings.map(({ path, message }) => remarked(fields, path, message)),
  );
  const told = [
    ...unused.map((field) => fieldRemark(field, [], remark)),
    ...odd.map((problem) => problem.text),
  ];
  return {
    path,
    location,
    text,
    options: Object.fromEntries(options),
    backends: (fields.get('backends')?.value ?? {}) as ConfigFile['backends'],
    plans,
    warnings: told.map((text) => `Configuration file ${shown(path)}: ${text}`),
    fieldOf: (name) => {
      const field = fields.get(name);
      return field && fieldText(field);
    },
    where: ([name, ...inside]) => {
      const field = fields.get(String(name));
      return `file ${shown(path)}${field === undefined ? '' : `, ${fieldPlace(field, inside)}`}`;
    },
  };
}

function canonical({ name }: FileField): string {
  return name === 'enabled' ? ownFields.enabled.stands : name;
}

function ownProblems(field: FileField, source: ConfigSource, claimed: readonly string[]): ConfigProblem[] {
  const { name, value } = field;
  if (name === 'backends') return backendProblems(field);
  const option = fileOptions.find((row) => row.name === canonical(field));
  if (option === undefined)
    return claimed.includes(name) || isUnused(field, source, claimed) ? [] : [unknownField(field, claimed)];
  const twin = source.fields.find((other) => other !== field && canonical(other) === option.name);
  return [
    ...(option.accepts(value) ? [] : [fieldProblem(field, [], `use ${option.wanted}`)]),
    ...(twin !== undefined && name === 'enabled'
      ? [fieldProblem(field, [], `leave it out, as "${fieldText(twin)}" says the same`)]
      : []),
  ];
}

function isUnused({ name }: FileField, source: ConfigSource, claimed: readonly string[]): boolean {
  return source.isDapr && daprFields.includes(name) && !claimed.includes(name);
}

function backendProblems(field: FileField): ConfigProblem[] {
  const cure = `use ${ownFields.backends.wanted}`;
  if (!isMapping(field.value)) return [fieldProblem(field, [], cure)];
  return Object.entries(field.value)
    .filter(([, settings]) => !isMapping(settings))
    .map(([name]) => fieldProblem(field, [name], cure));
}

function unknownField({ name, document, path }: FileField, claimed: readonly string[]): ConfigProblem {
  const known = [...fileOptions.map((row) => row.name), ...Object.keys(ownFields), ...claimed];
  const offset = document.keyOffset(path.slice(0, -1), name);
  const text = `${document.place(offset)}: field ${shown(path.map(String).join('.'))} is unknown; ${suggestion(name, known)}`;
  return { code: 'OPTION_UNKNOWN', offset, text };
}

// A field that is not there has no place: its default, or a part, is at fault.
function remarked(
  fields: ReadonlyMap<string, FileField>,
  [name, ...inside]: ConfigPath,
  remark: string,
): ConfigProblem {
  const field = fields.get(String(name));
  if (field !== undefined) return fieldProblem(field, inside, remark);
  const text = `field ${shown(String(name))} is missing; ${remark}`;
  return { code: 'OPTION_INVALID', offset: 0, text };
}
