import { expect, test } from 'vitest';
import { type StatsdSettings, statsdSettings } from '../src/statsd-settings.ts';
import { targetSettings } from '../src/target.ts';

function read(url: string | undefined, given: Partial<StatsdSettings> = {}): StatsdSettings {
  const parsed = statsdSettings.safeParse(given);
  if (!parsed.success) throw new Error(parsed.error.issues[0].message);
  return targetSettings(parsed.data, url === undefined ? undefined : new URL(url));
}

test.each([
  [
    'statsd://host:9125',
    { transport: 'udp', flavour: 'statsd', host: 'host', port: 9125, maxPacketBytes: 1432 },
  ],
  ['statsd://host', { port: 8125 }],
  ['statsd://[::1]:9125', { host: '::1', port: 9125 }],
  ['statsd+tcp://host:9125/', { transport: 'tcp', host: 'host', maxPacketBytes: 8192 }],
  ['statsd+dogstatsd://host', { transport: 'udp', flavour: 'dogstatsd' }],
  ['statsd+dogstatsd+tcp://host', { transport: 'tcp', flavour: 'dogstatsd' }],
  [
    'statsd+unix:///run/statsd.sock',
    { transport: 'unix', socketPath: '/run/statsd.sock', maxPacketBytes: 8192 },
  ],
  ['statsd+dogstatsd+unix-stream://localhost/a%20b', { transport: 'unix-stream', socketPath: '/a b' }],
  ['statsd://host?histograms=ms&quantiles=0.5,0.9', { histograms: 'ms', quantiles: [0.5, 0.9] }],
  ['statsd://host?maxPacketBytes=512', { maxPacketBytes: 512 }],
  ['statsd+tcp://host?transport=udp', { transport: 'tcp' }],
  [undefined, { transport: 'udp', host: '127.0.0.1', port: 8125 }],
] as const)('%s is read', (url, wanted) => {
  expect(read(url)).toMatchObject(wanted);
});

test.each([
  [
    'statsd+quic://host',
    'Cannot use backend "statsd+quic://host": "quic" is no transport; use udp, tcp, unix, unix-stream or dogstatsd behind the +',
  ],
  [
    'statsd://me:secret@host',
    'Cannot use backend "statsd://host": it has a user or fragment; leave them out',
  ],
  [
    'statsd://host/path',
    'Cannot use backend "statsd://host/path": it has a path; use statsd://host:port, or statsd+unix:///path',
  ],
  [
    'statsd+unix://other/run/x',
    'Cannot use backend "statsd+unix://other/run/x": a Unix socket is on no other host; use statsd+unix:///path',
  ],
  [
    'statsd+unix:///%zz',
    'Cannot use backend "statsd+unix:///%zz": its path has a broken percent escape; write % as %25',
  ],
  [
    'statsd+unix:///',
    'Cannot use setting "transport" of backend "statsd": it is "unix" without a socket; set "socketPath"',
  ],
  [
    'statsd://host?histograms=d',
    'Cannot use setting "histograms" of backend "statsd": it is "d", which plain StatsD does not know; use quantiles, buckets or ms, or flavour dogstatsd',
  ],
])('%s is refused, with the cure', (url, message) => {
  expect(() => read(url)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', message }));
});

test('a setting in the query that cannot be is refused, and so is one that does not exist', () => {
  for (const query of ['quantiles=0.5,2', 'quantiles=', 'port=0', 'maxPacketBytes=-1', 'interval=5'])
    expect(() => read(`statsd://host?${query}`), query).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
});

test('settings from code or file are checked', () => {
  const issueOf = (given: object): string => {
    const read = statsdSettings.safeParse(given);
    return read.success ? '' : read.error.issues[0].message;
  };
  expect(issueOf({ quantiles: [0.5, 0.5] })).toBe('use different numbers from 0 to 1, such as 0.5,0.99');
  expect(issueOf({ host: 'a b' })).toBe('use a host name or an address, without a port');
  expect(issueOf({ maxPacketBytes: 70_000 })).toBe('use 0 or an integer up to 65507');
  expect(issueOf({ intervalMs: 1 })).not.toBe('');
  expect(issueOf({ quantiles: [], intervalMs: 100 })).toBe('');
});
