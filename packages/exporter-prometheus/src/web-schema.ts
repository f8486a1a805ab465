import { cipherNames, clientAuthTypes, curveNames, tlsVersions } from './tls-names.ts';
import { type Field, isMapping, type Section } from './web-fields.ts';

const DAY_MS = 86_400_000;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS };

/** A duration such as `90s` or `1m30s` in milliseconds, undefined for what is none. */
export function durationMs(text: unknown): number | undefined {
  if (text === 0 || text === '0') return 0;
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit], 0);
}

const text: Field = { accepts: (value) => typeof value === 'string', wanted: 'a text' };
const file: Field = { accepts: (value) => typeof value === 'string', wanted: 'the path of a file' };
const pem: Field = {
  accepts: (value) => typeof value === 'string' && (value === '' || value.includes('-----BEGIN ')),
  wanted: 'text in PEM form',
  isSecret: true,
};
const flag: Field = { accepts: (value) => typeof value === 'boolean', wanted: 'true or false' };

function oneOf(words: readonly string[]): Field {
  return { accepts: (value) => words.includes(value as string), wanted: `one of ${words.join(', ')}` };
}

function listOf({ accepts, wanted }: Field): Field {
  return {
    accepts: (value) => Array.isArray(value) && value.every(accepts),
    wanted: `a list, each ${wanted}`,
  };
}

const headerValues: Readonly<Record<string, readonly string[] | undefined>> = {
  'Content-Security-Policy': undefined,
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-Content-Type-Options': ['nosniff'],
  'X-XSS-Protection': undefined,
  'Strict-Transport-Security': undefined,
};

function header(allowed: readonly string[] | undefined): Field {
  if (allowed !== undefined) {
    const words = ['', ...allowed];
    return {
      accepts: (value) => typeof value === 'string' && words.includes(value.toLowerCase()),
      wanted: allowed.join(' or '),
    };
  }
  // A line break would begin another header.
  return {
    accepts: (value) => typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value),
    wanted: 'a text of one line',
  };
}

const bcryptHash = /^\$2[abxy]?\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

const users: Field = {
  accepts: (value) =>
    isMapping(value) &&
    Object.values(value).every((hash) => typeof hash === 'string' && bcryptHash.test(hash)),
  wanted: 'a mapping of users to bcrypt hashes, such as htpasswd -nBC 10 "" makes',
  isSecret: true,
};

const tls: Section = {
  fields: {
    cert: pem,
    cert_file: file,
    key: pem,
    key_file: file,
    client_auth_type: oneOf(['', ...clientAuthTypes]),
    client_ca: pem,
    client_ca_file: file,
    client_allowed_sans: listOf(text),
    min_version: oneOf(tlsVersions),
    max_version: oneOf(tlsVersions),
    cipher_suites: listOf(oneOf(cipherNames)),
    prefer_server_cipher_suites: flag,
    curve_preferences: listOf(oneOf(curveNames)),
  },
  together(given) {
    const has = (...names: string[]): boolean => names.some((name) => Boolean(given[name]));
    const auth = has('client_auth_type') ? given.client_auth_type : 'NoClientCert';
    if (!has('cert', 'cert_file', 'key', 'key_file', 'client_ca', 'client_ca_file', 'client_auth_type')) {
      return undefined;
    }
    if (!has('cert', 'cert_file')) return { path: [], text: 'has no certificate; set cert or cert_file' };
    if (!has('key', 'key_file')) return { path: [], text: 'has no key; set key or key_file' };
    if (auth === 'NoClientCert' && has('client_ca', 'client_ca_file')) {
      return {
        path: [],
        text: 'has a client CA, but client_auth_type is NoClientCert; set the type, or no CA',
      };
    }
    if (auth === 'NoClientCert' && (given.client_allowed_sans as unknown[] | undefined)?.length) {
      const cure = 'set client_auth_type to RequireAndVerifyClientCert';
      return { path: ['client_allowed_sans'], text: `asks for clients that show no certificate; ${cure}` };
    }
    if (String(given.min_version ?? 'TLS12') > String(given.max_version ?? 'TLS13')) {
      return { path: ['min_version'], text: 'is above max_version; use one that is not' };
    }
    return undefined;
  },
};

/** Every field of the web configuration file, in the order of its documentation. */
export const webSchema: Section = {
  fields: {
    tls_server_config: tls,
    http_server_config: {
      fields: {
        http2: flag,
        headers: {
          fields: Object.fromEntries(
            Object.entries(headerValues).map(([name, allowed]) => [name, header(allowed)]),
          ),
        },
      },
    },
    basic_auth_users: users,
    rate_limit: {
      fields: {
        interval: { accepts: (value) => durationMs(value) !== undefined, wanted: 'a duration such as 1s' },
        burst: {
          accepts: (value) => Number.isInteger(value) && Number(value) >= 0,
          wanted: 'a whole number of at least 0',
        },
      },
    },
  },
};
