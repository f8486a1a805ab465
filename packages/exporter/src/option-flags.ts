import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { MetricsError } from '@oriel/metrics';
import { suggestion } from './nearest-name.ts';
import { optionInvalid } from './option-error.ts';
import type { OptionStore } from './option-store.ts';
import { type OptionDefinition, optionTable } from './option-table.ts';

/**
 * What any flag parser needs to offer: one callback for text flags, one for boolean ones.
 *
 * The parser calls `set` for each flag that was really given, never with the default.
 */
export interface FlagSet {
  stringVar(name: string, value: string, description: string, set: (value: string) => void): void;
  boolVar(name: string, value: boolean, description: string, set: (value: boolean) => void): void;
}

/** The part of `util.parseArgs`' configuration that knows the metrics flags; spread it and add your own. */
export interface FlagConfig {
  readonly args: string[];
  readonly allowNegative: true;
  readonly options: ParseArgsOptionsConfig;
}

type FlagOption = OptionDefinition & { readonly flag: string };

/** The options that have a flag. */
const flagOptions: readonly FlagOption[] = optionTable.filter(
  (row): row is FlagOption => row.flag !== undefined,
);

export function attachFlags(flags: FlagSet, store: OptionStore, guard: () => void): void {
  for (const option of flagOptions) {
    const { value } = store.entry(option);
    const set = (given: string | boolean) => {
      guard();
      setFlag(option, given, store);
    };
    if (typeof value === 'boolean') flags.boolVar(option.flag, value, option.description, set);
    else flags.stringVar(option.flag, String(value), option.description, set);
  }
}

/** Configuration for `parseArgs`. `--enable-metrics=false`, which it refuses, becomes `--no-enable-metrics`. */
export function flagConfig(argv: readonly string[]): FlagConfig {
  const options = flagOptions.map((row) => [
    row.flag,
    { type: row.kind === 'boolean' ? 'boolean' : 'string' },
  ]);
  return { args: argv.map(withoutBooleanValue), allowNegative: true, options: Object.fromEntries(options) };
}

function withoutBooleanValue(argument: string): string {
  for (const { flag, kind } of flagOptions) {
    if (kind !== 'boolean') continue;
    if (/^=(true|1)$/i.test(after(argument, `--${flag}`))) return `--${flag}`;
    if (/^=(false|0)$/i.test(after(argument, `--${flag}`))) return `--no-${flag}`;
  }
  return argument;
}

function after(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : '';
}

/** Takes the metrics flags out of `parseArgs`' values; others are left alone. */
export function applyFlags(values: Readonly<Record<string, unknown>>, store: OptionStore): void {
  for (const option of flagOptions) {
    const value = values[option.flag];
    if (value !== undefined) setFlag(option, value, store);
  }
}

/** Reads the metrics flags and refuses everything else. */
export function parseFlags(argv: readonly string[], store: OptionStore): void {
  const config = flagConfig(argv);
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true, allowPositionals: true });
  for (const token of tokens) {
    if (token.kind === 'positional') throw unknownArgument(token.value);
    if (token.kind === 'option-terminator') continue;
    const option = flagOptions.find((row) => names(row).includes(token.rawName));
    if (option === undefined) throw unknownFlag(token.rawName);
    setFlag(
      option,
      option.kind === 'boolean' ? givenBoolean(option, token) : givenText(option, token),
      store,
    );
  }
}

interface FlagToken {
  readonly rawName: string;
  readonly value?: string;
  readonly inlineValue?: boolean;
}

function names({ flag, kind }: FlagOption): string[] {
  return kind === 'boolean' ? [`--${flag}`, `--no-${flag}`] : [`--${flag}`];
}

function givenBoolean(option: FlagOption, { rawName, value }: FlagToken): string | boolean {
  const positive = rawName === `--${option.flag}`;
  if (!positive && value !== undefined) throw optionInvalid(option, value, `flag ${rawName}`);
  return value ?? positive;
}

// A missing value must not swallow the next flag.
function givenText(option: FlagOption, token: FlagToken): string {
  if (token.value !== undefined && (token.inlineValue || !token.value.startsWith('-'))) return token.value;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use option "${option.name}" from flag --${option.flag}: it has no value; use ${option.wanted}`,
    details: { option: option.name, where: `flag --${option.flag}` },
  });
}

function setFlag(option: FlagOption, given: unknown, store: OptionStore): void {
  const where = `flag --${option.flag}`;
  if (typeof given === 'string') store.setText(option, given, 'flags', where);
  else store.set(option, given, 'flags', where);
}

function unknownFlag(name: string): MetricsError {
  return new MetricsError('OPTION_UNKNOWN', {
    message: `Cannot use flag "${name}": there is no such flag; ${suggestion(name, flagOptions.flatMap(names))}`,
    details: { flag: name },
  });
}

function unknownArgument(text: string): MetricsError {
  return new MetricsError('OPTION_UNKNOWN', {
    message: `Cannot use argument "${text}": it belongs to no flag; write flags as --name value or --name=value`,
    details: { argument: text },
  });
}

/** The metrics flags as text for `--help`. */
export function flagHelp(): string {
  return flagOptions.map(helpLine).join('\n');
}

function helpLine(option: FlagOption): string {
  const left =
    option.kind === 'boolean' ? `--[no-]${option.flag}` : `--${option.flag} ${option.kind.toUpperCase()}`;
  const fallback = option.default === '' ? '' : ` (default ${String(option.default)})`;
  return `  ${left.padEnd(34)}${option.description}${fallback} [${option.variables.join(', ')}]`;
}
