import type { FamilyHead, MetricType } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import {
  escapeLabelName,
  escapeMetricName,
  exposedName,
  labelName,
  type TranslationStrategy,
} from '../src/naming.ts';
import { unitWord } from '../src/unit-word.ts';

const byDefault: TranslationStrategy = 'UnderscoreEscapingWithSuffixes';

function exposed(name: string, type: MetricType, unit = '', strategy = byDefault): string {
  return exposedName({ name, type, unit, help: '' } satisfies FamilyHead, strategy).name;
}

describe('escapeMetricName()', () => {
  test.each([
    ['a.b_c', 'a_b_c', 'a_dot_b__c', 'U__a_2e_b__c'],
    ['http.requests/s', 'http_requests_s', 'http_dot_requests__s', 'U__http_2e_requests_2f_s'],
    ['1st.try', '_st_try', '__st_dot_try', 'U___31_st_2e_try'],
    ['x:y.z', 'x:y_z', 'x:y_dot_z', 'U__x:y_2e_z'],
    ['é', '_', '__', 'U___e9_'],
    // The name function, not the encoder of the Go library, so that it can be read back.
    ['a_b', 'a_b', 'a__b', 'a_b'],
    ['a:b', 'a:b', 'a:b', 'a:b'],
    ['a1', 'a1', 'a1', 'a1'],
    ['1', '_', '__', 'U___31_'],
    ['😀', '_', '__', 'U___1f600_'],
    ['a b', 'a_b', 'a__b', 'U__a_20_b'],
    ['\ud800', '_', '__', 'U___FFFD_'],
  ])('writes %j as %s by underscores, %s by dots, %s by values', (name, underscores, dots, values) => {
    expect(escapeMetricName(name, 'underscores')).toBe(underscores);
    expect(escapeMetricName(name, 'dots')).toBe(dots);
    expect(escapeMetricName(name, 'values')).toBe(values);
    expect(escapeMetricName(name, 'allow-utf-8')).toBe(name);
  });
});

describe('escapeLabelName()', () => {
  test('takes a colon for foreign, unlike metric names', () => {
    const schemes = ['underscores', 'dots', 'values', 'allow-utf-8'] as const;
    expect(schemes.map((scheme) => escapeLabelName('a:b', scheme))).toEqual([
      'a_b',
      'a__b',
      'U__a_3a_b',
      'a:b',
    ]);
  });
});

describe('labelName()', () => {
  test.each([
    ['..name..', 'underscores'],
    ['_name_', 'dots'],
  ] as const)("never writes %s by %s as the label of the metric's name", (name, scheme) => {
    expect(labelName(name, scheme)).toBe('_name_');
  });
});

describe('exposedName()', () => {
  test.each([
    ['UnderscoreEscapingWithSuffixes', 'foo_bar_bytes_total', 'foo_bar_bytes_total'],
    ['UnderscoreEscapingWithoutSuffixes', 'foo_bar', 'foo_bar'],
    ['NoUTF8EscapingWithSuffixes', 'foo_bar_bytes_total', 'foo.bar_bytes_total'],
    ['NoTranslation', 'foo_bar', 'foo.bar'],
  ] as const)('by %s is %s with underscores and %s with UTF-8', (strategy, underscores, utf8) => {
    const name = exposed('foo.bar', 'counter', 'By', strategy);
    expect(escapeMetricName(name, 'underscores')).toBe(underscores);
    expect(escapeMetricName(name, 'allow-utf-8')).toBe(utf8);
  });

  test.each([
    ['jobs', 'counter', '', 'jobs_total'],
    ['jobs_total', 'counter', '', 'jobs_total'],
    ['jobs.total', 'counter', '', 'jobs_total'],
    ['read_bytes', 'counter', 'By', 'read_bytes_total'],
    ['read_bytes_total', 'counter', 'By', 'read_bytes_total'],
    ['read_total', 'counter', 'By', 'read_bytes_total'],
    ['bytes', 'gauge', 'By', 'bytes'],
    ['megabytes', 'gauge', 'By', 'megabytes_bytes'],
    ['wait', 'histogram', 'ms', 'wait_milliseconds'],
    ['fill', 'gauge', '1', 'fill'],
    ['calls', 'counter', '{call}', 'calls_total'],
    ['build', 'info', '', 'build_info'],
    ['build_info', 'info', '', 'build_info'],
    ['build', 'info', 's', 'build_info'],
    ['door', 'state_set', 's', 'door'],
    ['total', 'counter', '', 'total_total'],
    ['_total', 'counter', '', '_total'],
    ['a__b', 'gauge', '', 'a__b'],
    ['a..b', 'gauge', '', 'a_b'],
    ['a_.b', 'gauge', '', 'a_b'],
    ['1st.try', 'gauge', '', '_1st_try'],
    ['é', 'gauge', '', '_'],
  ] as const)('of %j, a %s in %j, is %s', (name, type, unit, expected) => {
    expect(exposed(name, type, unit)).toBe(expected);
  });

  test.each(['UnderscoreEscapingWithoutSuffixes', 'NoTranslation'] as const)(
    'keeps the suffix an info must have by %s',
    (strategy) => {
      expect(exposed('build', 'info', '', strategy)).toBe('build_info');
      expect(exposed('jobs_total', 'counter', 'By', strategy)).toBe('jobs_total');
    },
  );

  test.each([
    ['read_bytes', 'NoTranslation', 'bytes'],
    ['read', 'NoTranslation', ''],
    ['bytes', 'UnderscoreEscapingWithSuffixes', ''],
    ['read', 'UnderscoreEscapingWithSuffixes', 'bytes'],
  ] as const)('of %s by %s tells the unit %j', (name, strategy, unit) => {
    expect(exposedName({ name, type: 'gauge', unit: 'By', help: '' }, strategy).unit).toBe(unit);
  });
});

describe('unitWord()', () => {
  test.each([
    ...Object.entries({
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
      '': '',
    }),
    ['By/s', 'bytes_per_second'],
    ['m/s', 'meters_per_second'],
    ['1/min', 'per_min'],
    ['{request}/s', 'per_second'],
    ['By/m', 'bytes_per_minute'],
    ['By/h', 'bytes_per_hour'],
    ['By/d', 'bytes_per_day'],
    ['By/w', 'bytes_per_week'],
    ['By/mo', 'bytes_per_month'],
    ['By/y', 'bytes_per_year'],
    ['By/{call}', 'bytes'],
    ['{call}', ''],
    ['{a/b}', ''],
    ['By{sent}', 'bytes'],
    ['seconds', 'seconds'],
    ['widget', 'widget'],
    ['k€', 'k'],
    ['a b', 'a_b'],
    ['/', ''],
    ['constructor', 'constructor'],
    ['__proto__', 'proto'],
  ])('of %j is %j', (unit, word) => {
    expect(unitWord(unit)).toBe(word);
  });
});
