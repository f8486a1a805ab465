const codes: Readonly<Record<string, string>> = {
  days: 'd',
  hours: 'h',
  minutes: 'min',
  seconds: 's',
  milliseconds: 'ms',
  microseconds: 'us',
  nanoseconds: 'ns',
  bytes: 'By',
  kibibytes: 'KiBy',
  mebibytes: 'MiBy',
  gibibytes: 'GiBy',
  tebibytes: 'TiBy',
  kilobytes: 'kBy',
  megabytes: 'MBy',
  gigabytes: 'GBy',
  terabytes: 'TBy',
  bits: 'bit',
  meters: 'm',
  volts: 'V',
  amperes: 'A',
  joules: 'J',
  watts: 'W',
  grams: 'g',
  celsius: 'Cel',
  hertz: 'Hz',
  percent: '%',
  ratio: '1',
};

const perCodes: Readonly<Record<string, string>> = {
  second: 's',
  minute: 'min',
  hour: 'h',
  day: 'd',
  week: 'wk',
  month: 'mo',
  year: 'a',
};

/**
 * The UCUM code of a unit: `seconds` gives `s`, `bytes_per_second` gives `By/s`, `ratio` gives `1`.
 *
 * What is a code already, or no word that is known, stays as it is.
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", section "Metric Metadata".
 */
export function unitCode(unit: string): string {
  const [over, under] = unit.split('_per_', 2);
  if (under === undefined) return known(codes, unit);
  return `${known(codes, over)}/${known(perCodes, under)}`;
}

function known(table: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(table, word) ? table[word] : word;
}
