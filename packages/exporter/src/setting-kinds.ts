import { isBoolean, oneOf } from './option-check.ts';

/** One setting of a backend: what it takes, what it is without being set, and what a README says about it. */
export interface Setting<T> {
  readonly default: T;
  readonly description: string;
  /** The end of "use …". */
  readonly wanted: string;
  readonly accepts: (value: unknown) => boolean;
  /** Reads what stands in the query of a URL; what it cannot read it gives back. Default: not settable there. */
  readonly fromText?: ((text: string) => unknown) | undefined;
  /** The default as documentation shows it. Default: the value. */
  readonly shownDefault?: string | undefined;
}

/** What the author of a setting says about it beside its kind. */
export type SettingFacts<T> = Pick<Setting<T>, 'default' | 'description'> &
  Partial<Pick<Setting<T>, 'shownDefault' | 'wanted'>>;

/** True or false. */
export function flagSetting(facts: SettingFacts<boolean>): Setting<boolean> {
  const fromText = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);
  return Object.freeze({ wanted: 'true or false', ...facts, accepts: isBoolean, fromText });
}

/** An integer from `least` to `most`. */
export function integerSetting(facts: SettingFacts<number> & IntegerRange): Setting<number> {
  const { least = 0, most, ...rest } = facts;
  const accepts = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  const fromText = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text);
  return Object.freeze({ wanted: `an integer from ${least} to ${most}`, ...rest, accepts, fromText });
}

export interface IntegerRange {
  /** Default: 0. */
  readonly least?: number;
  readonly most: number;
}

/** One of a few words. */
export function choiceSetting<T extends string>(
  facts: SettingFacts<T> & { readonly choices: readonly T[] },
): Setting<T> {
  const { choices, ...rest } = facts;
  const wanted = `one of ${choices.join(', ')}`;
  return Object.freeze({ wanted, ...rest, accepts: oneOf(choices), fromText: (text: string) => text });
}

/** A text; `passes` narrows which. */
export function textSetting(
  facts: SettingFacts<string> & { readonly passes?: (text: string) => boolean },
): Setting<string> {
  const { passes = () => true, ...rest } = facts;
  const accepts = (value: unknown): boolean => typeof value === 'string' && passes(value);
  return Object.freeze({ wanted: 'a text', ...rest, accepts, fromText: (text: string) => text });
}

/** Texts by name, such as headers; `passes` narrows which. Not settable in a URL. */
export function textMapSetting(
  facts: SettingFacts<Readonly<Record<string, string>>> & {
    readonly passes?: (name: string, text: string) => boolean;
  },
): Setting<Readonly<Record<string, string>>> {
  const { passes = () => true, ...rest } = facts;
  const accepts = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.entries(value).every(([name, text]) => typeof text === 'string' && passes(name, text));
  };
  return Object.freeze({ wanted: 'texts by name', shownDefault: 'none', ...rest, accepts });
}
