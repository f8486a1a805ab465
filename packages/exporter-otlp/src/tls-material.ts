import { readFile } from 'node:fs/promises';
import { MetricsError } from '@oriel/metrics';
import type { OtlpSettings } from './settings.ts';

/** What TLS needs to know, as PEM. */
export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string;
  readonly insecure: boolean;
}

type Given = Pick<OtlpSettings, 'tlsCa' | 'tlsCert' | 'tlsKey' | 'tlsServerName' | 'tlsInsecure'>;

/**
 * Refuses a certificate of the client without its key, and the other way round.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID`.
 */
export function checkTls({ tlsCert, tlsKey }: Pick<Given, 'tlsCert' | 'tlsKey'>): void {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  const missing = tlsCert === undefined ? 'tlsCert' : 'tlsKey';
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use setting "${missing}" of backend "otlp": it is missing; a client needs certificate and key, set both`,
    details: { setting: missing },
  });
}

/**
 * Reads the files that the settings or variables name; what is PEM already stays.
 *
 * Errors: {@link MetricsError} `OPTION_INVALID` for a file that cannot be read.
 */
export async function readTls(given: Given): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all(
    (['tlsCa', 'tlsCert', 'tlsKey'] as const).map((setting) => pem(given[setting], setting)),
  );
  return { ca, cert, key, serverName: given.tlsServerName, insecure: given.tlsInsecure };
}

async function pem(given: string | undefined, setting: string): Promise<string | undefined> {
  if (given === undefined || given.includes('-----BEGIN')) return given;
  try {
    return await readFile(given, 'utf8');
  } catch (cause) {
    throw new MetricsError('OPTION_INVALID', {
      message: `Cannot read file "${given}" of setting "${setting}" of backend "otlp": ${(cause as Error).message}; check the path and its permissions`,
      details: { setting, path: given },
      cause,
    });
  }
}
