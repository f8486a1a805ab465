import type { MetricsServerOptions } from './metrics-server.ts';
import { invalid } from './option-check.ts';

export interface WebFlag {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** For `--help`. */
  readonly description: string;
}

export type WebFlagName =
  | 'web.listen-address'
  | 'web.systemd-socket'
  | 'web.config.file'
  | 'web.telemetry-path'
  | 'web.max-requests';

/**
 * The flags that Prometheus exporters share, for the `options` of `util.parseArgs`.
 *
 * Source: exporter-toolkit, "Flags".
 *
 * @example
 * const { parseArgs } = await import('node:util');
 * const { values } = parseArgs({ args: ['--web.listen-address=:9100'], options: webFlags });
 * assert.deepEqual(readWebFlags(values), { listen: [':9100'] });
 */
export const webFlags: Readonly<Record<WebFlagName, WebFlag>> = {
  'web.listen-address': {
    type: 'string',
    multiple: true,
    description: 'Address to listen on, such as :9100, [::1]:9100 or unix:/run/app.sock; repeatable',
  },
  'web.systemd-socket': { type: 'boolean', description: 'Take the sockets that systemd passes' },
  'web.config.file': { type: 'string', description: 'File with TLS, users, headers and rate limit' },
  'web.telemetry-path': { type: 'string', description: 'Path of the metrics' },
  'web.max-requests': { type: 'string', description: 'Scrapes at once; beyond it 503; 0 is no limit' },
};

/** What `util.parseArgs` made of {@link webFlags}; other flags may stand beside them. */
export type WebFlagValues = Readonly<Record<string, unknown>>;

/**
 * Server options by the flags that were given.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function readWebFlags(values: WebFlagValues): MetricsServerOptions {
  const given: { readonly [flag in WebFlagName]?: unknown } = values;
  const listen = given['web.listen-address'] as readonly string[] | undefined;
  const systemdSocket = given['web.systemd-socket'] as boolean | undefined;
  const webConfigFile = given['web.config.file'] as string | undefined;
  const path = given['web.telemetry-path'] as string | undefined;
  const most = given['web.max-requests'];
  return {
    ...(listen !== undefined && { listen: listen as readonly string[] }),
    ...(systemdSocket !== undefined && { systemdSocket }),
    ...(webConfigFile !== undefined && { webConfigFile }),
    ...(path !== undefined && { path }),
    ...(most !== undefined && { maxConcurrentScrapes: scrapesAtOnce(most) }),
  };
}

/** The flags as lines for `--help`. */
export function webFlagHelp(): string {
  const lines = Object.entries(webFlags).map(([name, flag]) => {
    const value = flag.type === 'string' ? '=VALUE' : '';
    return `  --${`${name}${value}`.padEnd(28)}${flag.description}\n`;
  });
  return lines.join('');
}

function scrapesAtOnce(text: unknown): number {
  const number = /^\d{1,6}$/.test(String(text)) ? Number(text) : Number.NaN;
  if (Number.isNaN(number)) throw invalid('web.max-requests', text, 'a whole number from 0 to 999999');
  return number;
}
