import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { Counter, Registry } from '@oriel/metrics';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { Certificates, type Pair } from '../../../test/support/certificates.ts';
import { hasTool, testWith } from '../../../test/support/tools.ts';
import { type MetricsServer, type MetricsServerOptions, serveMetrics } from '../src/metrics-server.ts';
import { askHttp2, askSecurely } from './web-client.ts';

const bcrypt = createRequire(import.meta.url)('bcryptjs') as {
  hashSync(password: string, cost: number): string;
};

let made: Certificates;
let server: Pair;
let friend: Pair;
let stranger: Pair;
beforeAll(() => {
  if (!hasTool('openssl')) return;
  made = new Certificates();
  server = made.make({ name: 'server' });
  friend = made.make({
    name: 'friend',
    alternatives: 'DNS:scraper.example,email:ops@example.org,IP:10.0.0.1,URI:spiffe://example/scraper',
  });
  stranger = made.make({ name: 'other', stranger: true, alternatives: 'DNS:scraper.example' });
});
afterAll(() => made?.[Symbol.dispose]());

const running: MetricsServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));

const tls = (): string => `  cert_file: ${server.certFile}\n  key_file: ${server.keyFile}\n`;

async function serve(config: string, options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.' });
  jobs.inc();
  registry.register(jobs);
  const webConfigFile = made.write('web.yml', config);
  const one = await serveMetrics(registry, { port: 0, host: '127.0.0.1', webConfigFile, ...options });
  running.push(one);
  return one;
}

/** Asks until an answer is as wanted; the files are looked at once a second. */
async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await delay(50);
  }
}

describe('a server with TLS', () => {
  testWith('openssl', 'serves HTTP/1.1 and HTTP/2 on one port, and says https', async () => {
    const { port, url } = await serve(`tls_server_config:\n${tls()}`);
    expect(url).toBe(`https://127.0.0.1:${port}/metrics`);
    expect((await askSecurely(port, made)).text).toMatch('jobs_total 1');
    const answers = await askHttp2(port, made, [
      {},
      { accept: 'application/openmetrics-text' },
      { ':path': '/-/ready' },
      { ':path': '/no' },
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404]);
    expect(answers[0].text).toMatch('jobs_total 1');
    expect(answers[1].text).toMatch('# EOF');
  });

  testWith('openssl', 'speaks no HTTP/2 when the file says so', async () => {
    const { port } = await serve(`tls_server_config:\n${tls()}http_server_config:\n  http2: false\n`);
    const socket = connectTls({ port, host: '127.0.0.1', ca: made.ca, ALPNProtocols: ['h2', 'http/1.1'] });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  testWith('openssl', 'takes inline certificates', async () => {
    const inline = (text: string): string => `|\n${text.replaceAll(/^/gm, '    ')}`;
    const { port } = await serve(
      `tls_server_config:\n  cert: ${inline(server.cert)}\n  key: ${inline(server.key)}\n`,
    );
    expect((await askSecurely(port, made)).status).toBe(200);
  });

  testWith('openssl', 'keeps to versions, ciphers and curves', async () => {
    const { port } = await serve(
      `tls_server_config:\n${tls()}  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n  curve_preferences: [CurveP384]\n`,
    );
    const hello = async (options: object): Promise<string> => {
      const socket = connectTls({ port, host: '127.0.0.1', ca: made.ca, ...options });
      const said = await new Promise<string>((resolve) => {
        socket.once('secureConnect', () =>
          resolve(`${socket.getProtocol()} ${socket.getCipher().standardName}`),
        );
        socket.once('error', () => resolve('refused'));
      });
      socket.destroy();
      return said;
    };
    expect(await hello({})).toBe('TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    expect(await hello({ minVersion: 'TLSv1.3' })).toBe('refused');
    expect(await hello({ ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' })).toBe('refused');
    expect(await hello({ ecdhCurve: 'P-256' })).toBe('refused');
  });

  testWith(
    'openssl',
    'refuses to start with a certificate that is missing, expired, or not of the key',
    async () => {
      const old = made.make({ name: 'old', expired: true });
      const config = (cert: string, key: string): string =>
        `tls_server_config:\n  cert_file: ${cert}\n  key_file: ${key}\n`;
      await expect(serve(config('none.pem', server.keyFile))).rejects.toThrow(
        /none.pem": ENOENT; name a certificate/,
      );
      await expect(serve(config(old.certFile, old.keyFile))).rejects.toThrow(
        /it expired on Jan {2}1 00:00:00 2021/,
      );
      await expect(serve(config(server.certFile, friend.keyFile))).rejects.toThrow(/Cannot use certificate/);
    },
  );

  testWith(
    'openssl',
    'uses a new certificate without a restart, and keeps the old one when the new is broken',
    async () => {
      const errors: Error[] = [];
      const moving = made.make({ name: 'moving' });
      const { port } = await serve(
        `tls_server_config:\n  cert_file: ${moving.certFile}\n  key_file: ${moving.keyFile}\n`,
        {
          onError: (error) => errors.push(error),
        },
      );
      const subject = async (): Promise<string> => {
        const socket = connectTls({ port, host: '127.0.0.1', ca: made.ca });
        await once(socket, 'secureConnect');
        const { serialNumber } = socket.getPeerCertificate();
        socket.destroy();
        return serialNumber;
      };
      const first = await subject();
      writeFileSync(moving.certFile, 'broken');
      await eventually(subject, () => errors.length > 0);
      expect(await subject()).toBe(first);
      expect(errors).toHaveLength(1);
      made.make({ name: 'moving' });
      expect(await eventually(subject, (serial) => serial !== first)).not.toBe(first);
    },
  );

  testWith('openssl', 'outlives clients that are no TLS clients, or stop half way', async () => {
    const { port } = await serve(`tls_server_config:\n${tls()}`, {
      headersTimeoutMs: 200,
      requestTimeoutMs: 200,
    });
    const plain = connect(port, '127.0.0.1');
    plain.write('GET / HTTP/1.1\r\n\r\n');
    plain.resume();
    await once(plain, 'close');
    const silent = connect(port, '127.0.0.1');
    silent.resume();
    await once(silent, 'close');
    const half = connectTls({ port, host: '127.0.0.1', ca: made.ca, ALPNProtocols: ['http/1.1'] });
    half.write('GET /metrics HTT');
    half.resume();
    half.on('error', () => {});
    await once(half, 'close');
    expect((await askSecurely(port, made)).status).toBe(200);
  });

  testWith('openssl', 'stop() ends idle connections and sessions of both kinds', async () => {
    const one = await serve(`tls_server_config:\n${tls()}`);
    const idle = connectTls({ port: one.port, host: '127.0.0.1', ca: made.ca });
    await once(idle, 'secureConnect');
    const session = (await import('node:http2')).connect(`https://127.0.0.1:${one.port}`, { ca: made.ca });
    await once(session, 'connect');
    const closed = Promise.all([once(idle, 'close'), once(session, 'close')]);
    idle.resume();
    await one.stop();
    await closed;
  });
});

const admits: Record<string, readonly [nobody: boolean, friend: boolean, stranger: boolean]> = {
  NoClientCert: [true, true, true],
  RequestClientCert: [true, true, true],
  RequireAnyClientCert: [false, true, true],
  RequireClientCert: [false, true, true],
  VerifyClientCertIfGiven: [true, true, false],
  RequireAndVerifyClientCert: [false, true, false],
};

describe('client certificates', () => {
  for (const [type, wanted] of Object.entries(admits)) {
    testWith('openssl', `${type} lets in whom it should, over HTTP/1.1 and HTTP/2`, async () => {
      const ca = type === 'NoClientCert' ? '' : `  client_ca_file: ${made.caFile}\n`;
      for (const http2 of [true, false]) {
        const { port } = await serve(
          `tls_server_config:\n${tls()}${ca}  client_auth_type: ${type}\nhttp_server_config:\n  http2: ${http2}\n`,
        );
        const isIn = (client?: Pair): Promise<boolean> =>
          askSecurely(port, made, { client }).then(
            ({ status }) => status === 200,
            () => false,
          );
        expect([await isIn(), await isIn(friend), await isIn(stranger)]).toEqual(wanted);
      }
    });
  }

  for (const [name, isIn] of [
    ['scraper.example', true],
    ['ops@example.org', true],
    ['10.0.0.1', true],
    ['spiffe://example/scraper', true],
    ['example', false],
    ['10.0.0.2', false],
  ] as const) {
    testWith(
      'openssl',
      `a list of names with ${name} ${isIn ? 'admits' : 'refuses'} a client that has others too`,
      async () => {
        const { port } = await serve(
          `tls_server_config:\n${tls()}  client_ca_file: ${made.caFile}\n  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: ['${name}']\n`,
        );
        const answer = askSecurely(port, made, { client: friend }).then(
          ({ status }) => status,
          () => 0,
        );
        expect(await answer).toBe(isIn ? 200 : 0);
      },
    );
  }
});

testWith('openssl', 'a name that stands inside a name of another kind lets nobody in', async () => {
  const { port } = await serve(
    `tls_server_config:\n${tls()}  client_ca_file: ${made.caFile}\n  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: [scraper.example]\n`,
  );
  const statusOf = (alternatives: string): Promise<number> =>
    askSecurely(port, made, { client: made.make({ name: 'odd', alternatives }) }).then(
      ({ status }) => status,
      () => 0,
    );
  const directory = 'dirName:dir,DNS:x.example\n[dir]\nO=a\\,DNS:scraper.example\nCN=DNS:scraper.example';
  expect(await statusOf(directory)).toBe(0);
  expect(await statusOf('@alt\n[alt]\nURI.1=http://x/,DNS:scraper.example')).toBe(0);
  expect(await statusOf(directory.replace('x.example', 'scraper.example'))).toBe(200);
});

describe('a web configuration without TLS', () => {
  const users = `basic_auth_users:\n  alice: '${bcrypt.hashSync('secret', 4)}'\n`;

  testWith(
    'openssl',
    'asks every page for a user, and sends the headers of the file with each answer',
    async () => {
      const { port } = await serve(`${users}http_server_config:\n  headers:\n    X-Frame-Options: deny\n`);
      for (const path of ['/metrics', '/', '/-/healthy', '/none']) {
        const url = `http://127.0.0.1:${port}${path}`;
        const refused = await fetch(url);
        expect([
          refused.status,
          refused.headers.get('www-authenticate'),
          refused.headers.get('x-frame-options'),
        ]).toEqual([401, 'Basic', 'deny']);
        const admitted = await fetch(url, { headers: { authorization: `Basic ${btoa('alice:secret')}` } });
        expect(admitted.status).toBe(path === '/none' ? 404 : 200);
        expect(admitted.headers.get('x-frame-options')).toBe('deny');
      }
    },
  );

  testWith('openssl', 'lets the policy of the file go before that of the landing page', async () => {
    const policy = async (config: string): Promise<string | null> => {
      const { port } = await serve(config);
      const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
      return page.headers.get('content-security-policy');
    };
    expect(await policy('{}\n')).toMatch(/^default-src 'none'/);
    const own = "http_server_config:\n  headers:\n    Content-Security-Policy: frame-ancestors 'self'\n";
    expect(await policy(own)).toBe("frame-ancestors 'self'");
  });

  testWith('openssl', 'limits requests before it looks at users', async () => {
    const { port } = await serve(`${users}rate_limit:\n  interval: 1h\n  burst: 2\n`);
    const codes: number[] = [];
    for (let i = 0; i < 4; i++) codes.push((await fetch(`http://127.0.0.1:${port}/metrics`)).status);
    expect(codes).toEqual([401, 401, 429, 429]);
  });

  testWith(
    'openssl',
    'takes a changed file without a restart, keeps the old one when the new is wrong, and says so once',
    async () => {
      const errors: Error[] = [];
      const one = await serve(users, { onError: (error) => errors.push(error) });
      const status = (): Promise<number> => fetch(one.url).then((answer) => answer.status);
      expect(await status()).toBe(401);
      made.write('web.yml', 'basic_auth: yes\n');
      await eventually(status, () => errors.length > 0);
      expect([await status(), errors.length]).toEqual([401, 1]);
      expect(errors[0].message).toMatch(/line 1, column 13: field "basic_auth" is unknown/);
      made.write('web.yml', `tls_server_config:\n${tls()}`);
      await eventually(status, () => errors.length > 1);
      expect(errors[1].message).toMatch(/turns TLS on while the server runs; restart the server/);
      // As an editor does it: another file takes the place.
      renameSync(made.write('next.yml', 'rate_limit: {}\n'), `${made.folder}/web.yml`);
      await eventually(status, (code) => code === 200);
      expect(errors).toHaveLength(2);
    },
  );
});
