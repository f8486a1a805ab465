import { readFile } from 'node:fs/promises';
import { MetricsError } from '@oriel/metrics';
import type { TlsMaterial } from './http-sender.ts';
import type { RemoteWriteSettings } from './settings.ts';

/** What a request proves itself with. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly tls: TlsMaterial;
}

/** Name and password that stand in a URL. */
export interface UrlUser {
  readonly username: string;
  readonly password: string;
}

/**
 * Reads what the settings name; files anew each time, as tokens and certificates are replaced while programs run.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID` for a file that cannot be read.
 */
export async function readCredentials(
  settings: RemoteWriteSettings,
  user: UrlUser | undefined,
): Promise<Credentials> {
  const [ca, cert, key] = await Promise.all(
    (['tlsCa', 'tlsCert', 'tlsKey'] as const).map((name) => pem(settings[name], name)),
  );
  const { tlsServerName, tlsInsecure: insecure } = settings;
  const serverName = tlsServerName === '' ? undefined : tlsServerName;
  return {
    authorization: await authorizationOf(settings, user),
    tls: { ca, cert, key, serverName, insecure },
  };
}

async function authorizationOf(
  settings: RemoteWriteSettings,
  user: UrlUser | undefined,
): Promise<string | undefined> {
  const { bearerToken, bearerTokenFile } = settings;
  if (bearerTokenFile !== '') return `Bearer ${await secret(bearerTokenFile, 'bearerTokenFile')}`;
  if (bearerToken !== '') return `Bearer ${bearerToken}`;
  const username = user?.username ?? settings.username;
  if (username === '') return undefined;
  const password = user?.password ?? (await passwordOf(settings));
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function passwordOf({ password, passwordFile }: RemoteWriteSettings): Promise<string> {
  return passwordFile === '' ? password : secret(passwordFile, 'passwordFile');
}

// Editors end a file with a line feed, which is no part of the secret.
async function secret(path: string, setting: string): Promise<string> {
  return (await text(path, setting)).trim();
}

async function pem(given: string, setting: string): Promise<string | undefined> {
  if (given === '') return undefined;
  return given.includes('-----BEGIN') ? given : text(given, setting);
}

async function text(path: string, setting: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MetricsError('OPTION_INVALID', {
      message: `Cannot read file "${path}" of setting "${setting}" of backend "remote-write": ${(cause as Error).message}; check the path and its permissions`,
      details: { setting, path },
      cause,
    });
  }
}
