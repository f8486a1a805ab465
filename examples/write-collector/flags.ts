import { parseArgs } from 'node:util';

export const usage = `usage: host_exporter [flags]

  --web.listen-address=ADDRESS  where to listen, such as :9105, 127.0.0.1:0 or [::1]:9100 (default :9105)
  --web.telemetry-path=PATH     where the metrics are (default /metrics)
  --path.procfs=FOLDER          where the proc file system is mounted (default /proc)
  --help                        show this text
  --version                     show the version
`;

export interface Flags {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly procRoot: string;
  readonly help: boolean;
  readonly version: boolean;
}

/** Reads the command line; throws an error that says what is wrong with it. */
export function parseFlags(args: readonly string[]): Flags {
  const values = parsed(args);
  const path = values['web.telemetry-path'];
  if (!path.startsWith('/')) throw invalid('web.telemetry-path', path, 'a path such as /metrics');
  return {
    ...parseListenAddress(values['web.listen-address']),
    path,
    procRoot: values['path.procfs'],
    help: values.help,
    version: values.version,
  };
}

function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'web.listen-address': { type: 'string', default: ':9105' },
        'web.telemetry-path': { type: 'string', default: '/metrics' },
        'path.procfs': { type: 'string', default: '/proc' },
        help: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    // Node's first sentence names the flag; what follows is about positional arguments.
    const [what] = (error as Error).message.split(/\. |\n/);
    throw new Error(`${what}; see --help`, { cause: error });
  }
}

/** `:9105` is every interface; an IPv6 address stands in brackets. */
function parseListenAddress(address: string): { host: string; port: number } {
  const [, host, digits] = /^(\[[^\]]+\]|[^:[\]]*):(\d{1,5})$/.exec(address) ?? [];
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw invalid(
    'web.listen-address',
    address,
    'such as :9105, 127.0.0.1:0 or [::1]:9100, the port up to 65535',
  );
}

function invalid(flag: string, value: string, wanted: string): Error {
  return new Error(`Option '--${flag}' is "${value}"; it must be ${wanted}`);
}
