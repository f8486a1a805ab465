const words: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tebibytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
  '1': '',
};

const perWords: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};

/**
 * The word Prometheus names carry for a UCUM unit: `ms` gives `milliseconds`, `By/s` gives `bytes_per_second`.
 *
 * Annotations in braces are dropped, `1` has no word, other units are taken as words.
 */
export function unitWord(unit: string): string {
  const [over, under] = unit.replaceAll(/\{[^}]*\}/g, '').split('/', 2);
  const word = lookUp(words, over);
  if (under === undefined) return word;
  const per = lookUp(perWords, under);
  if (per === '') return word;
  return word === '' ? `per_${per}` : `${word}_per_${per}`;
}

function lookUp(table: Readonly<Record<string, string>>, unit: string): string {
  if (Object.hasOwn(table, unit)) return table[unit];
  return unit.replaceAll(/[^a-zA-Z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
}
