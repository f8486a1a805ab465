import {
  choiceSetting,
  integerSetting,
  type Setting,
  type SettingsTable,
  settingsTable,
  textSetting,
} from '@oriel/exporter';
import type { LineSettings } from './line-settings.ts';

/** How packets travel. */
export type Transport = 'udp' | 'tcp' | 'unix' | 'unix-stream';

/** Settings of the backend `statsd`, from code, file or the query of its URL. */
export interface StatsdSettings extends LineSettings {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
  readonly socketPath: string;
  readonly intervalMs: number;
  readonly sendTimeoutMs: number;
  /** 0 stands for the usual size of the transport. */
  readonly maxPacketBytes: number;
  readonly packetsPerSecond: number;
  readonly confirmTimeoutMs: number;
}

/** The largest datagram of IPv4. */
const LARGEST_PACKET = 65_507;
const DAY = 86_400_000;

/** The settings of the backend, checked, filled in and described. */
export const statsdSettings: SettingsTable<StatsdSettings> = settingsTable<StatsdSettings>({
  flavour: choiceSetting({
    default: 'statsd',
    choices: ['statsd', 'dogstatsd'],
    description: 'What the daemon speaks; DogStatsD has tags, histograms and distributions',
  }),
  transport: choiceSetting({
    default: 'udp',
    choices: ['udp', 'tcp', 'unix', 'unix-stream'],
    description: 'How lines travel; `unix` are datagrams',
  }),
  host: textSetting({
    default: '127.0.0.1',
    wanted: 'a host name or an address, without a port',
    passes: (text) => text !== '' && !/[\s/]/.test(text),
    description: 'Where the daemon listens, over UDP and TCP',
  }),
  port: integerSetting({ default: 8125, least: 1, most: 65_535, description: 'Its port' }),
  socketPath: textSetting({
    default: '',
    wanted: 'the path of a socket',
    passes: (text) => !text.includes('\0'),
    description: 'Its Unix socket, such as `/var/run/datadog/dsd.socket`',
  }),
  intervalMs: integerSetting({
    default: 10_000,
    least: 100,
    most: DAY,
    description:
      'Milliseconds between two pushes, each up to a tenth shorter; best what the daemon flushes at',
  }),
  sendTimeoutMs: integerSetting({
    default: 10_000,
    least: 1,
    most: DAY,
    description: 'Milliseconds a push may take',
  }),
  maxPacketBytes: integerSetting({
    default: 0,
    most: LARGEST_PACKET,
    wanted: `0 or an integer up to ${LARGEST_PACKET}`,
    shownDefault: '1432 over UDP, else 8192',
    description: 'The most bytes of a datagram, and of a line',
  }),
  packetsPerSecond: integerSetting({
    default: 10_000,
    most: 1_000_000,
    description: 'Datagrams sent by UDP in a second, so that the daemon can read them; 0 for no limit',
  }),
  nameTags: choiceSetting({
    default: 'path',
    choices: ['path', 'graphite', 'influx'],
    description:
      'How plain StatsD has labels: `name.key.value`, `name;key=value` or `name,key=value`, each before the colon',
  }),
  histograms: choiceSetting({
    default: 'quantiles',
    choices: ['quantiles', 'buckets', 'ms', 'h', 'd'],
    description: 'As what histograms are sent, see the table below; `h` and `d` are DogStatsD only',
  }),
  quantiles: quantileList(),
  negativeGauges: choiceSetting({
    default: 'auto',
    choices: ['auto', 'reset', 'absolute'],
    shownDefault: '`auto`: `reset` in StatsD, `absolute` in DogStatsD',
    description:
      'Whether a gauge below 0 is set to 0 first, as its sign means "less by" in StatsD; `reset` for DogStatsD lines read by statsd_exporter or Telegraf',
  }),
  confirmTimeoutMs: integerSetting({
    default: 3000,
    most: DAY,
    description:
      'Over streams: milliseconds the daemon has to close the connection behind a push, by which it tells that it has read all; 0 for daemons that keep it open',
  }),
});

function quantileList(): Setting<readonly number[]> {
  return Object.freeze({
    default: [0.5, 0.9, 0.99],
    wanted: 'different numbers from 0 to 1, such as 0.5,0.99',
    description: 'Which quantiles of histograms are sent',
    accepts: areQuantiles,
    fromText: (text: string) => (text === '' ? text : text.split(',').map(Number)),
  });
}

function areQuantiles(value: unknown): boolean {
  if (!Array.isArray(value) || new Set(value).size !== value.length) return false;
  return value.every((one) => typeof one === 'number' && one >= 0 && one <= 1);
}
