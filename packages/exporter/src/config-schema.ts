import { ownFields } from './config-file.ts';
import type { ConfigField, Configurable } from './configurable.ts';
import { optionTable } from './option-table.ts';

/** Every field of the operator's file, in the order of its documentation. */
export function fileFields(parts: readonly Configurable[]): readonly ConfigField[] {
  const options = optionTable
    .filter((row) => row.inFile)
    .map(({ name, description, wanted, default: value }) => ({
      name,
      description,
      wanted,
      default: value === '' ? 'empty' : String(value),
    }));
  const own = Object.entries(ownFields).map(([name, { description, wanted }]) => ({
    name,
    description,
    wanted,
    default: 'none',
  }));
  const claimed = parts.flatMap((part) =>
    part.fields.map(({ name, description, wanted, default: value }) => ({
      name,
      description,
      wanted,
      default: value,
    })),
  );
  return Object.freeze([...options, ...own, ...claimed].map((field) => Object.freeze(field)));
}

/** The fields of parts as text for `--help`; nothing where there are none. */
export function fileHelp(parts: readonly Configurable[]): string {
  const lines = parts.flatMap((part) => part.fields.map(fieldLine));
  return lines.length === 0 ? '' : `\n\nFields of the configuration file:\n${lines.join('\n')}`;
}

function fieldLine({ name, description, default: value }: ConfigField): string {
  return `  ${name.padEnd(34)}${description} (default ${value})`;
}
