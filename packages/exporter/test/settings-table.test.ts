import { expect, test } from 'vitest';
import { choiceSetting, flagSetting, integerSetting, textSetting } from '../src/setting-kinds.ts';
import { settingsTable } from '../src/settings-table.ts';
import { refusal } from './refusal.ts';

interface LineSettings {
  readonly count: number;
  readonly end: 'crlf' | 'lf';
  readonly bold: boolean;
  readonly title: string;
  readonly make: (() => void) | undefined;
}

const table = settingsTable<LineSettings>({
  count: integerSetting({ default: 3, least: 1, most: 9, description: 'How many' }),
  end: choiceSetting({ default: 'lf', choices: ['crlf', 'lf'], description: 'Line ends' }),
  bold: flagSetting({ default: false, description: 'Bold' }),
  title: textSetting({
    default: '',
    passes: (text) => text !== 'no',
    description: 'Title',
    wanted: 'another text',
  }),
  make: {
    ...{ default: undefined, shownDefault: 'none', description: 'Makes it', wanted: 'a function' },
    accepts: (value) => typeof value === 'function',
  },
});
const defaults = { count: 3, end: 'lf', bold: false, title: '', make: undefined };

function issues(input: unknown): string[] {
  const read = table.safeParse(input);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`);
}

test('settings that are not set, or are undefined, have their defaults', () => {
  for (const input of [undefined, {}, { count: undefined }])
    expect(table.safeParse(input)).toEqual({ success: true, data: defaults });
  expect(table.safeParse({ bold: true, count: 9 })).toMatchObject({
    data: { bold: true, count: 9, end: 'lf' },
  });
});

test('what is wrong is told by name with what is wanted, all of it at once', () => {
  expect(issues({ count: 0, end: 'cr', bold: 1, title: 'no', make: 5 })).toEqual([
    'count: use an integer from 1 to 9',
    'end: use one of crlf, lf',
    'bold: use true or false',
    'title: use another text',
    'make: use a function',
  ]);
  expect(issues({ count: '3' })).toEqual(['count: use an integer from 1 to 9']);
  expect(issues({ cuont: 3 })).toEqual(['cuont: the backend has no such setting; did you mean "count"?']);
  expect(issues({ zzzzzzzz: 3 })[0]).toMatch(/use one of "count", "end", "bold", "title", "make"$/);
});

test('the query of a URL sets settings, above what else was set', () => {
  const url = new URL('lines://h?count=7&bold=true&title=a%20b');
  expect(table.withUrl({ ...defaults, count: 5, end: 'crlf' } as LineSettings, url)).toEqual({
    ...{ count: 7, end: 'crlf', bold: true, title: 'a b', make: undefined },
  });
  expect(table.withUrl(defaults as LineSettings, undefined)).toEqual(defaults);
});

test.each([
  ['count=x', 'setting "count" from URL "lines://***@h/p": it is "x"; use an integer from 1 to 9'],
  ['count=1e1', 'setting "count" from URL "lines://***@h/p": it is "1e1"; use an integer from 1 to 9'],
  ['bold=yes', 'setting "bold" from URL "lines://***@h/p": it is "yes"; use true or false'],
  [
    'make=x',
    'setting "make" from URL "lines://***@h/p": it is "x"; set it in code or in the file, not in a URL',
  ],
  [
    'buld=true',
    'setting "buld" from URL "lines://***@h/p": it is "true"; the backend has no such setting; did you mean "bold"?',
  ],
])('the query %s is refused', (query, message) => {
  const url = new URL(`lines://u:secret@h/p?${query}`);
  const shown = message.replace('***@', '');
  expect(refusal(() => table.withUrl(defaults as LineSettings, url))).toBe(
    `OPTION_INVALID Cannot use ${shown}`,
  );
});

test('describe() tells every setting in order', () => {
  expect(table.describe().map(({ name, default: value, wanted }) => [name, value, wanted])).toEqual([
    ['count', '3', 'an integer from 1 to 9'],
    ['end', 'lf', 'one of crlf, lf'],
    ['bold', 'false', 'true or false'],
    ['title', 'empty', 'another text'],
    ['make', 'none', 'a function'],
  ]);
});
