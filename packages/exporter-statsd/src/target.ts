import { MetricsError } from '@oriel/metrics';
import { type StatsdSettings, statsdSettings, type Transport } from './statsd-settings.ts';
import type { Flavour } from './tag-style.ts';

const transports: readonly string[] = ['udp', 'tcp', 'unix', 'unix-stream'] satisfies Transport[];
const flavours: readonly string[] = ['statsd', 'dogstatsd'] satisfies Flavour[];

const UDP_PACKET = 1432;
const OTHER_PACKET = 8192;

/**
 * Settings as they hold for a backend that was named by this URL: its words behind `+`, its place and its query win.
 *
 * `statsd://host:8125`, `statsd+tcp://host`, `statsd+dogstatsd+unix:///var/run/datadog/dsd.socket?histograms=d`.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function targetSettings(settings: StatsdSettings, url: URL | undefined): StatsdSettings {
  const named = url === undefined ? settings : withPlace(statsdSettings.withUrl(settings, url), url);
  const { transport, maxPacketBytes } = named;
  const usual = transport === 'udp' ? UDP_PACKET : OTHER_PACKET;
  const full = { ...named, maxPacketBytes: maxPacketBytes === 0 ? usual : maxPacketBytes };
  checkTogether(full);
  return full;
}

function withPlace(settings: StatsdSettings, url: URL): StatsdSettings {
  const words = url.protocol.slice(0, -1).split('+').slice(1);
  const unknown = words.find((word) => !transports.includes(word) && !flavours.includes(word));
  if (unknown !== undefined)
    throw refused(
      url,
      `"${unknown}" is no transport`,
      `use ${transports.join(', ')} or dogstatsd behind the +`,
    );
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw refused(url, 'it has a user or fragment', 'leave them out');
  const transport = (words.findLast((word) => transports.includes(word)) ?? settings.transport) as Transport;
  const flavour = (words.findLast((word) => flavours.includes(word)) ?? settings.flavour) as Flavour;
  const place = transport.startsWith('unix') ? unixPlace(settings, url) : networkPlace(settings, url);
  return { ...settings, ...place, transport, flavour };
}

function networkPlace({ port }: StatsdSettings, url: URL): Partial<StatsdSettings> {
  if (url.pathname !== '' && url.pathname !== '/')
    throw refused(url, 'it has a path', 'use statsd://host:port, or statsd+unix:///path');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: url.port === '' ? port : Number(url.port) };
}

function unixPlace(settings: StatsdSettings, url: URL): Partial<StatsdSettings> {
  if ((url.hostname !== '' && url.hostname !== 'localhost') || url.port !== '')
    throw refused(url, 'a Unix socket is on no other host', 'use statsd+unix:///path');
  const socketPath = pathOf(url);
  return { socketPath: socketPath.length > 1 ? socketPath : settings.socketPath };
}

function pathOf(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    throw refused(url, 'its path has a broken percent escape', 'write % as %25');
  }
}

function checkTogether({ transport, socketPath, flavour, histograms }: StatsdSettings): void {
  if (transport.startsWith('unix') && socketPath === '')
    throw new MetricsError('OPTION_INVALID', {
      message: `Cannot use setting "transport" of backend "statsd": it is "${transport}" without a socket; set "socketPath"`,
      details: { backend: 'statsd', setting: 'socketPath' },
    });
  if (flavour === 'statsd' && (histograms === 'h' || histograms === 'd'))
    throw new MetricsError('OPTION_INVALID', {
      message: `Cannot use setting "histograms" of backend "statsd": it is "${histograms}", which plain StatsD does not know; use quantiles, buckets or ms, or flavour dogstatsd`,
      details: { backend: 'statsd', setting: 'histograms' },
    });
}

function refused(url: URL, what: string, cure: string): MetricsError {
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use backend "${shown}": ${what}; ${cure}`,
    details: { backend: 'statsd' },
  });
}
