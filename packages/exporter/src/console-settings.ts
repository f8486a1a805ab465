import { choiceSetting, flagSetting, integerSetting, type Setting } from './setting-kinds.ts';
import { type SettingsTable, settingsTable } from './settings-table.ts';
import type { TextStream } from './text-stream.ts';

/** Settings of the backend `console`. */
export interface ConsoleSettings {
  readonly format: 'pretty' | 'json';
  /** A stream of one's own only from code. */
  readonly stream: 'stderr' | 'stdout' | TextStream;
  readonly intervalMs: number;
  readonly signal: boolean;
  readonly colors: 'auto' | 'always' | 'never';
  readonly maxSeries: number;
  readonly quantiles: readonly number[];
  readonly ownMetrics: boolean;
}

const stream: Setting<ConsoleSettings['stream']> = {
  default: 'stderr',
  description: 'Where to',
  wanted: 'stderr, stdout or, from code, a writable stream',
  accepts: (value) => value === 'stderr' || value === 'stdout' || isStream(value),
  fromText: (text) => text,
};

const quantiles: Setting<readonly number[]> = {
  default: [0.5, 0.9, 0.99],
  description: 'Quantiles estimated for histograms, pretty only',
  wanted: 'a list of numbers from 0 to 1',
  accepts: (value) =>
    Array.isArray(value) && value.every((each) => typeof each === 'number' && each >= 0 && each <= 1),
  fromText: (text) => (text === '' ? [] : text.split(',').map(Number)),
};

/** Checks, defaults and documentation of the settings of `console`. */
export const consoleSettings: SettingsTable<ConsoleSettings> = settingsTable<ConsoleSettings>({
  format: choiceSetting({
    default: 'pretty',
    choices: ['pretty', 'json'],
    description: 'Tables for people, or a line of JSON for each series',
  }),
  stream,
  intervalMs: integerSetting({
    default: 60_000,
    most: 86_400_000,
    description: 'Milliseconds between two dumps; 0 for none',
  }),
  signal: flagSetting({
    default: true,
    description: 'Dump on SIGUSR1, on Windows on SIGBREAK (Ctrl+Break)',
  }),
  colors: choiceSetting({
    default: 'auto',
    choices: ['auto', 'always', 'never'],
    description:
      'Bold and dim text; auto where the stream is a terminal and NO_COLOR is not set, pretty only',
  }),
  maxSeries: integerSetting({
    default: 20,
    least: 1,
    most: 1_000_000,
    description: 'Series shown of each family, pretty only',
  }),
  quantiles,
  ownMetrics: flagSetting({ default: false, description: "Show Oriel's own families too, pretty only" }),
});

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function';
}
