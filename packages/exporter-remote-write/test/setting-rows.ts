import { type Setting, settingTable } from '../src/settings.ts';

export const START = '<!-- settings: written by test/write-readme.ts -->';
export const END = '<!-- end of settings -->';

/** The table of settings as the README has it. */
export function settingRows(): string {
  const rows = Object.entries(settingTable).map(([name, setting]) => rowOf(name, setting));
  const head = ['setting', 'default', 'takes', ''];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function rowOf(name: string, { otherwise, wanted, description }: Setting<unknown>): string[] {
  const shown = typeof otherwise === 'object' ? 'none' : otherwise === '' ? 'empty' : `\`${otherwise}\``;
  return [`\`${name}\``, shown, wanted.replaceAll('|', '\\|'), description];
}

/** A README with the table in its place. */
export function withSettings(readme: string): string {
  const [before, rest] = readme.split(START);
  const [, after] = rest.split(END);
  return `${before}${START}\n\n${settingRows()}\n\n${END}${after}`;
}
