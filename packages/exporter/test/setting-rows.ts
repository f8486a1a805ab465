import type { SettingDescription } from '../src/settings-table.ts';

const words = new Set(['empty', 'none', 'that of the package']);

/** Settings as the rows of a table in a README, each cell apart. */
export function settingRows(settings: readonly SettingDescription[]): string[][] {
  return settings.map(({ name, default: value, wanted, description }) => {
    const fallback = words.has(value) ? value : `\`${value}\``;
    return ['', `\`${name}\``, fallback, wanted, description, ''];
  });
}
