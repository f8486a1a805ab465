import { statsdSettings } from '../src/statsd-settings.ts';

const START = '<!-- settings: written by test/write-readme.ts -->';
const END = '<!-- end of settings -->';

/** A README with the settings of today. */
export function withSettingsTable(readme: string): string {
  const [before, rest] = [readme.split(START)[0], readme.split(END)[1]];
  return `${before}${START}\n\n${settingsTable()}\n\n${END}${rest}`;
}

function settingsTable(): string {
  const rows = statsdSettings
    .describe()
    .map(({ name, default: value, wanted, description }) => [
      `\`${name}\``,
      shownDefault(value),
      wanted,
      description,
    ]);
  const table = [['setting', 'default', 'takes', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(3, ...table.map((row) => row[column].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = table.map(line);
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

function shownDefault(text: string): string {
  return /[` ]/.test(text) || text === 'empty' ? text : `\`${text}\``;
}
