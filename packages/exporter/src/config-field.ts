import type { ConfigDocument } from './config-document.ts';
import type { ConfigProblem } from './config-error.ts';
import { type ConfigPath, isMapping, pathText, valueAt } from './config-value.ts';
import { shown } from './option-error.ts';

/** One top-level field as a file sets it. */
export interface FileField {
  readonly name: string;
  readonly value: unknown;
  readonly document: ConfigDocument;
  /** Where it stands in the document: for options its name alone. */
  readonly path: ConfigPath;
}

/** A field as the operator wrote it, such as `views[2].bounds`. `inside` is a path within its value. */
export function fieldText(field: FileField, inside: ConfigPath = []): string {
  return pathText([...field.path, ...inside]);
}

/** `line 3, column 14` of a value within a field. */
export function fieldPlace(field: FileField, inside: ConfigPath = []): string {
  return field.document.place(field.document.offset([...field.path, ...inside]));
}

/** Place, field, value and what is to be said of it. */
export function fieldRemark(field: FileField, inside: ConfigPath, remark: string): string {
  const value = valueAt(field.value, inside);
  const is = value === undefined ? 'missing' : shown(value);
  return `${fieldPlace(field, inside)}: field "${fieldText(field, inside)}" is ${is}; ${remark}`;
}

export function fieldProblem(field: FileField, inside: ConfigPath, cure: string): ConfigProblem {
  const offset = field.document.offset([...field.path, ...inside]);
  return { code: 'OPTION_INVALID', offset, text: fieldRemark(field, inside, cure) };
}

/** The fields of the mapping at a path of a document, or what is wrong with it. */
export function fieldsAt(document: ConfigDocument, path: ConfigPath): FileField[] | ConfigProblem {
  const value = valueAt(document.value, path);
  if (!isMapping(value)) return wrongShape(document, path, value);
  return Object.entries(value).map(([name, each]) => ({
    name,
    value: each,
    document,
    path: [...path, name],
  }));
}

function wrongShape(document: ConfigDocument, path: ConfigPath, value: unknown): ConfigProblem {
  const offset = document.offset(path);
  const [what, wanted] =
    path.length === 0 ? ['the file', 'options'] : [`field "${pathText(path)}"`, 'fields by name'];
  const text = `${document.place(offset)}: ${what} is ${shown(value)}; use a mapping of ${wanted}`;
  return { code: 'OPTION_INVALID', offset, text };
}
