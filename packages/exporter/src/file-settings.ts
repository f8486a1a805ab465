import type { Snapshot } from '@oriel/metrics';
import { choiceSetting, flagSetting, integerSetting, type Setting, textSetting } from './setting-kinds.ts';
import { type SettingsTable, settingsTable } from './settings-table.ts';

/** What `encode` of `@oriel/exporter-prometheus` is. */
export type EncodeText = (
  snapshot: Snapshot,
  options: { readonly format: 'text-0.0.4'; readonly onError?: (error: Error) => void },
) => Iterable<Uint8Array>;

/** Settings of the backend `file`. */
export interface FileSettings {
  readonly path: string;
  readonly format: 'auto' | 'json' | 'prometheus';
  readonly intervalMs: number;
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly removeAtStop: boolean;
  /** Only from code, for programs in which packages cannot be found, as bundled ones. */
  readonly encode: EncodeText | undefined;
}

const encode: Setting<EncodeText | undefined> = {
  default: undefined,
  shownDefault: 'that of the package',
  description: 'The encoder of the text format, from code: `encode` of `@oriel/exporter-prometheus`',
  wanted: 'the function encode of @oriel/exporter-prometheus, from code',
  accepts: (value) => typeof value === 'function',
};

/** Checks, defaults and documentation of the settings of `file`. */
export const fileSettings: SettingsTable<FileSettings> = settingsTable<FileSettings>({
  path: textSetting({
    default: '',
    passes: (text) => !text.includes('\0'),
    description: 'The file; needed unless a URL has it',
    wanted: 'the path of a file',
  }),
  format: choiceSetting({
    default: 'auto',
    choices: ['auto', 'json', 'prometheus'],
    description:
      'Lines of JSON, or the text format for node_exporter; auto by whether the name ends in .prom',
  }),
  intervalMs: integerSetting({
    default: 60_000,
    most: 86_400_000,
    description: 'Milliseconds between two writes; 0 for none but at a flush and at the end',
  }),
  maxBytes: integerSetting({
    default: 67_108_864,
    most: Number.MAX_SAFE_INTEGER,
    description: 'Bytes after which a new file is begun, json only; 0 for no limit',
  }),
  maxFiles: integerSetting({
    default: 5,
    least: 1,
    most: 1000,
    description: 'Files kept, the one in use included, json only',
  }),
  removeAtStop: flagSetting({
    default: false,
    description: 'Remove the file at the end, so that nobody reads old numbers, prometheus only',
  }),
  encode,
});
