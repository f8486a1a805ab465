const words = new Map(
  Object.entries({
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
  }),
);

const perWords = new Map(
  Object.entries({ s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week', mo: 'month', y: 'year' }),
);

/**
 * The word that a name carries for a UCUM unit: `By/s` gives `bytes_per_second`.
 *
 * Annotations in braces are dropped, `1` has no word, other units are taken as words.
 */
export function unitWord(unit: string): string {
  const [over, under = ''] = unit.replaceAll(/\{[^}]*\}/g, '').split('/', 2);
  const per = perWords.get(under) ?? plain(under);
  return [words.get(over) ?? plain(over), per && `per_${per}`].filter((part) => part !== '').join('_');
}

function plain(unit: string): string {
  return unit.replaceAll(/[^a-zA-Z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
}
