import type { Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { MetricsError } from '@oriel/metrics';

const hostName = /^[a-z0-9_]([a-z0-9._-]*[a-z0-9_.])?$/i;

/**
 * Listens on a host and port and gives the address it got.
 *
 * Errors: {@link MetricsError} `PORT_IN_USE`, `ADDRESS_INVALID`.
 */
export function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  const bare = bareHost(host);
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void => reject(refusal(host, port, cause));
    server.once('error', onError);
    // Without a host node takes every interface, both families where the machine has both.
    server.listen({ port, ...(bare === '' ? {} : { host: bare }) }, () => {
      server.off('error', onError);
      resolve(server.address() as AddressInfo);
    });
  });
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

function refusal(host: string, port: number, cause: NodeJS.ErrnoException): MetricsError {
  const bare = bareHost(host) || '0.0.0.0';
  const place = `${isIPv6(bare) ? `[${bare}]` : bare}:${port}`;
  const details = { host, port };
  if (cause.code === 'EADDRINUSE') {
    const message = `Cannot listen on "${place}": the port is taken; pass port 0 for any free port`;
    return new MetricsError('PORT_IN_USE', { message, details, cause });
  }
  const what =
    cures[cause.code ?? ''] ?? `the system refused it (${cause.code ?? cause.message}); pass another address`;
  return new MetricsError('ADDRESS_INVALID', {
    message: `Cannot listen on "${place}": ${what}`,
    details,
    cause,
  });
}
