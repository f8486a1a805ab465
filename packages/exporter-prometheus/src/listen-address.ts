import { isIPv6, type ListenOptions, type Server } from 'node:net';
import { MetricsError } from '@oriel/metrics';
import { type ListenTarget, removeDeadSocket } from './listen-target.ts';

const hostName = /^[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?$/i;

/** Where a server listens. */
export interface ServerAddress {
  /** An IP address, or the path of a Unix socket. */
  readonly address: string;
  /** 0 for a Unix socket. */
  readonly port: number;
}

/**
 * Listens on a target and gives the address it got.
 *
 * Errors: {@link MetricsError} `PORT_IN_USE`, `ADDRESS_INVALID`.
 */
export async function listen(server: Server, target: ListenTarget): Promise<ServerAddress> {
  if ('socketPath' in target) await removeDeadSocket(target.socketPath);
  const options = listenOptions(target);
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void => reject(refusal(target, cause));
    server.once('error', onError);
    server.listen(options, () => {
      server.off('error', onError);
      resolve(addressOf(server, target));
    });
  });
}

function listenOptions(target: ListenTarget): ListenOptions & { readonly fd?: number } {
  if ('fd' in target) return { fd: target.fd };
  if ('socketPath' in target) return { path: target.socketPath };
  const host = bareHost(target.host);
  // Without a host node takes every interface, both families where the machine has both.
  return { port: target.port, ...(host !== '' && { host }) };
}

function addressOf(server: Server, target: ListenTarget): ServerAddress {
  const bound = server.address();
  if (typeof bound === 'string') return { address: bound, port: 0 };
  if (bound !== null) return { address: bound.address, port: bound.port };
  // A Unix socket that came as a descriptor does not tell its path.
  return { address: 'fd' in target ? `fd ${target.fd}` : '', port: 0 };
}

/** A host as it stands in a URL; the wildcard addresses become `localhost`. */
export function urlHost(address: string): string {
  if (address === '::' || address === '0.0.0.0') return 'localhost';
  return isIPv6(address) ? `[${address.replace('%', '%25')}]` : address;
}

function bareHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (isIPv6(bare) || (bare === host && (host === '' || hostName.test(host)))) return bare;
  throw new MetricsError('ADDRESS_INVALID', {
    message: `Cannot listen on "${host}": it is neither an IP address nor a host name; pass one without a port, or "" for all interfaces`,
    details: { host },
  });
}

const cures: Readonly<Record<string, string>> = {
  EACCES: 'this user may not take the port; pass one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; pass one of its own, or "" for all interfaces',
  EAFNOSUPPORT: 'this machine has no addresses of this kind; pass one of another kind',
  ENOTFOUND: 'the name is unknown; pass an address, or "" for all interfaces',
};

function refusal(target: ListenTarget, cause: NodeJS.ErrnoException): MetricsError {
  const place = placeOf(target);
  const details = { ...target };
  if (cause.code === 'EADDRINUSE') {
    const message = `Cannot listen on "${place}": ${'port' in target ? 'the port is taken; pass port 0 for any free port' : 'another process listens there; pass another path'}`;
    return new MetricsError('PORT_IN_USE', { message, details, cause });
  }
  const what =
    ('port' in target ? cures[cause.code ?? ''] : undefined) ??
    `the system refused it (${cause.code ?? cause.message}); pass another address`;
  return new MetricsError('ADDRESS_INVALID', {
    message: `Cannot listen on "${place}": ${what}`,
    details,
    cause,
  });
}

function placeOf(target: ListenTarget): string {
  if ('fd' in target) return `descriptor ${target.fd}`;
  if ('socketPath' in target) return `unix:${target.socketPath}`;
  const bare = bareHost(target.host) || '0.0.0.0';
  return `${isIPv6(bare) ? `[${bare}]` : bare}:${target.port}`;
}
