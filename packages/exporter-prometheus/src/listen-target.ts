import { rmSync, statSync } from 'node:fs';
import { connect, isIPv6 } from 'node:net';
import { MetricsError } from '@oriel/metrics';

/** Where to listen: a host and port, the path of a Unix socket, or a socket that is there already. */
export type ListenTarget =
  | { readonly host: string; readonly port: number }
  | { readonly socketPath: string }
  | { readonly fd: number };

/**
 * Reads an address as the flag `--web.listen-address` has it: `:9100`, `127.0.0.1:9100`, `[::1]:9100`,
 * `unix:/run/app.sock`.
 *
 * Errors: {@link MetricsError} `ADDRESS_INVALID`.
 */
export function listenTarget(address: string): ListenTarget {
  if (address.startsWith('unix:')) return unixTarget(address);
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:[\]/]*):(\d{1,5})$/.exec(address) ?? [];
  if (port !== '' && Number(port) <= 65_535) return { host, port: Number(port) };
  const isBare = isIPv6(address);
  const cure = isBare
    ? `put it in brackets, "[${address}]:9100"`
    : 'use one such as ":9100", "127.0.0.1:9100", "[::1]:9100" or "unix:/run/app.sock"';
  const fault = address.startsWith('vsock:') ? 'vsock sockets are not supported' : 'it is no host and port';
  throw new MetricsError('ADDRESS_INVALID', {
    message: `Cannot listen on "${address}": ${fault}; ${cure}`,
    details: { address },
  });
}

/**
 * The sockets that systemd has opened for this process.
 *
 * Errors: {@link MetricsError} `ADDRESS_INVALID` without any.
 * Source: sd_listen_fds(3).
 */
export function systemdTargets(
  env: Readonly<Record<string, string | undefined>> = process.env,
  pid: number = process.pid,
): ListenTarget[] {
  const count = Number(env.LISTEN_PID) === pid ? Number(env.LISTEN_FDS) : 0;
  if (count >= 1) return Array.from({ length: count }, (_, index) => ({ fd: 3 + index }));
  throw new MetricsError('ADDRESS_INVALID', {
    message: 'Cannot listen on systemd sockets: there are none; start this process by a systemd socket unit',
  });
}

function unixTarget(address: string): ListenTarget {
  const socketPath = address.slice('unix:'.length);
  // Longer paths are cut by the system, without a word.
  if (/^[^\0]{1,107}$/.test(socketPath)) return { socketPath };
  throw new MetricsError('ADDRESS_INVALID', {
    message: `Cannot listen on "${address}": a socket's path has 1 to 107 bytes; use a shorter one`,
    details: { address },
  });
}

/** Takes away the socket of a server that has died; one that somebody listens on stays. */
export async function removeDeadSocket(socketPath: string): Promise<void> {
  if (statSync(socketPath, { throwIfNoEntry: false })?.isSocket() !== true) return;
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => resolve(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
  if (!alive) rmSync(socketPath, { force: true });
}
