/** One field of a configuration file: what it takes, or the fields inside it. */
export interface Field {
  readonly accepts: (value: unknown) => boolean;
  /** The end of "use …". */
  readonly wanted: string;
  /** Values that must not be shown. */
  readonly isSecret?: boolean;
}

export interface Section {
  readonly fields: Readonly<Record<string, Field | Section>>;
  /** What must hold of the fields together; gives what does not. */
  readonly together?: (values: Readonly<Record<string, unknown>>) => FieldFault | undefined;
}

/** What is wrong with a field. */
export interface FieldFault {
  readonly path: readonly string[];
  readonly text: string;
  readonly isUnknown?: boolean;
}

/** Every fault of a section, outermost first; what fields must be together is looked at last. */
export function faultsOf(section: Section, value: unknown, path: readonly string[] = []): FieldFault[] {
  if (!isMapping(value)) return [{ path, text: `is ${shown(value)}; use a mapping of fields` }];
  const faults = Object.entries(value).flatMap(([name, inner]) => faultsIn(section, name, inner, path));
  if (faults.length > 0) return faults;
  const fault = section.together?.(value);
  return fault === undefined ? [] : [{ ...fault, path: [...path, ...fault.path] }];
}

function faultsIn(section: Section, name: string, value: unknown, around: readonly string[]): FieldFault[] {
  const path = [...around, name];
  const field = Object.hasOwn(section.fields, name) ? section.fields[name] : undefined;
  if (field === undefined) {
    const known = Object.keys(section.fields).join(', ');
    return [{ path, text: `is unknown; use one of ${known}`, isUnknown: true }];
  }
  if (value === null) return [];
  if ('fields' in field) return faultsOf(field, value, path);
  if (field.accepts(value)) return [];
  return [{ path, text: `is ${field.isSecret ? 'not usable' : shown(value)}; use ${field.wanted}` }];
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function shown(value: unknown): string {
  const text = jsonOf(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return 'a cycle';
  }
}
