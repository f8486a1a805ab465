/** Label values by name, as a caller has them. What Object.prototype has, such as `constructor`, is no value. */
export type Labels = Readonly<Record<string, unknown>>;

/** The longest label value that is kept whole, in UTF-16 units. */
export const LABEL_VALUE_LIMIT = 1024;

/** The value every label of an overflow row carries. */
export const OVERFLOW_LABEL_VALUE = '__overflow__';

/**
 * Turns a value into what is kept as a label value, or `undefined` if it cannot be one.
 *
 * Strings stay as they are; numbers, bigints and booleans become their text; `undefined` and `null` are
 * the empty value, which is the same as no label. A value beyond {@link LABEL_VALUE_LIMIT}, or with a lone
 * surrogate, which no format can carry, is cut or mended and gets a hash of the whole at its end, so that
 * different values stay different.
 */
export function labelValue(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value.length <= LABEL_VALUE_LIMIT && value.isWellFormed() ? value : mended(value);
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'undefined':
      return '';
    default:
      return value === null ? '' : undefined;
  }
}

/** The values of these labels, with nothing where only the prototype of all objects has such a name. */
export function valuesIn(labels: Labels, names: readonly string[]): unknown[] {
  return names.map((name) => {
    const value = labels[name];
    if (typeof value === 'string' || Object.hasOwn(labels, name)) return value;
    return value === (Object.prototype as Labels)[name] ? undefined : value;
  });
}

/** Whether {@link labelValue} would change this string. */
export function isMended(raw: unknown, kept: string): boolean {
  return typeof raw === 'string' && raw !== kept;
}

function mended(value: string): string {
  const head = value.slice(0, LABEL_VALUE_LIMIT - 17).toWellFormed();
  return `${head}…${hash(value, 0x811c9dc5)}${hash(value, 0x9e3779b9)}`;
}

// FNV-1a over UTF-16 units, finished by a mixing step; two seeds give 64 bits.
function hash(value: string, seed: number): string {
  let h = seed;
  for (let i = 0; i < value.length; i++) h = Math.imul(h ^ value.charCodeAt(i), 0x01000193) ^ (h >>> 15);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return ((h ^ (h >>> 13)) >>> 0).toString(16).padStart(8, '0');
}
