import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { type HttpDestination, httpDestination } from '@oriel/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { Certificates } from '../../../test/support/certificates.ts';
import { testWith } from '../../../test/support/tools.ts';
import { sendingTo } from './sending.ts';

const confirm = { 'x-prometheus-remote-write-samples-written': '0' };
const open: HttpDestination[] = [];

afterEach(async () => {
  for (const destination of open.splice(0)) await destination.close();
});

async function headersWith(
  settings: Readonly<Record<string, unknown>>,
  user = '',
): Promise<IncomingHttpHeaders> {
  const destination = await httpDestination({ answer: () => ({ status: 204, headers: confirm }) });
  open.push(destination);
  await using sending = await sendingTo(`remote-write+http://${user}127.0.0.1:${destination.port}`, settings);
  await sending.exporter.forceFlush();
  return destination.take()[0].headers;
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a request proves itself', () => {
  test('by nothing, if nothing is set', async () => {
    expect((await headersWith({})).authorization).toBe(undefined);
  });

  test('by user and password of the settings', async () => {
    expect((await headersWith({ username: 'me', password: 'p:ä' })).authorization).toBe(basic('me:p:ä'));
  });

  test('by user and password of the URL', async () => {
    expect((await headersWith({}, 'us%20er:p%40ss@')).authorization).toBe(basic('us er:p@ss'));
  });

  test('by a token', async () => {
    expect((await headersWith({ bearerToken: 'abc' })).authorization).toBe('Bearer abc');
  });

  test('by a header of its own, beside others', async () => {
    const headers = await headersWith({
      headers: { Authorization: 'Token x', 'X-Scope-OrgID': 'a', 'User-Agent': 'me/1' },
    });
    expect(headers).toMatchObject({ authorization: 'Token x', 'x-scope-orgid': 'a', 'user-agent': 'me/1' });
  });

  test('by what stands in a file at the time', async () => {
    const path = join(tmpdir(), `oriel-token-${process.pid}`);
    writeFileSync(path, 'first\n');
    const destination = await httpDestination({ answer: () => ({ status: 204, headers: confirm }) });
    open.push(destination);
    const url = `remote-write+http://127.0.0.1:${destination.port}`;
    await using sending = await sendingTo(url, { bearerTokenFile: path });
    await sending.exporter.forceFlush();
    writeFileSync(path, 'second\n');
    await sending.exporter.forceFlush();
    expect(destination.take().map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  test('a file that is missing fails the start, and its error names the setting', async () => {
    await using sending = await sendingTo('remote-write+http://127.0.0.1:9', {
      username: 'a',
      passwordFile: '/no/such',
    });
    const [{ state, error }] = sending.exporter.backends();
    expect(state).toBe('failed');
    expect(error?.message).toMatch(/^Cannot read file "\/no\/such" of setting "passwordFile"/);
  });

  test('no secret stands in the log when the receiver cannot be reached', async () => {
    await using sending = await sendingTo('remote-write+http://me:hush@127.0.0.1:9', {});
    await sending.exporter.forceFlush();
    expect(sending.exporter.backends()[0].state).toBe('failed');
    expect(JSON.stringify(sending.log.lines)).not.toMatch(/hush/);
  });
});

describe('TLS', () => {
  /** Sends to a server of these options; what it saw, or why the backend failed. */
  async function delivered(options: ServerOptions, settings: object): Promise<string> {
    let seen = '';
    const server = createServer(options, (request, response) => {
      const socket = request.socket as TLSSocket;
      seen = `taken from ${socket.authorized ? socket.getPeerCertificate().subject.CN : 'anybody'}`;
      request.resume().on('end', () => response.writeHead(204, confirm).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const sending = await sendingTo(`remote-write+https://127.0.0.1:${port}`, { ...settings });
    await sending.exporter.forceFlush();
    const { error } = sending.exporter.backends()[0];
    await sending.exporter.shutdown();
    server.closeAllConnections();
    server.close();
    return error?.message ?? seen;
  }

  testWith(
    'openssl',
    'a certificate counts if it is signed by the given authority, or if any does',
    async () => {
      using certificates = new Certificates();
      const { cert, key } = certificates.make({ name: 'server' });
      const server = { cert, key };
      expect(await delivered(server, {})).toContain('cannot be reached');
      expect(await delivered(server, { tlsCa: certificates.caFile })).toBe('taken from anybody');
      expect(await delivered(server, { tlsCa: certificates.ca })).toBe('taken from anybody');
      expect(await delivered(server, { tlsInsecure: true })).toBe('taken from anybody');
    },
  );

  testWith('openssl', 'the name of the receiver is checked, and may be another than the host', async () => {
    using certificates = new Certificates();
    const { cert, key } = certificates.make({ name: 'server', alternatives: 'DNS:metrics.test' });
    const server = { cert, key };
    const tlsCa = certificates.caFile;
    expect(await delivered(server, { tlsCa })).toContain('cannot be reached');
    expect(await delivered(server, { tlsCa, tlsServerName: 'metrics.test' })).toBe('taken from anybody');
  });

  testWith('openssl', 'the client shows its own certificate where it has one', async () => {
    using certificates = new Certificates();
    const { cert, key } = certificates.make({ name: 'server' });
    const client = certificates.make({ name: 'client' });
    const tlsCa = certificates.caFile;
    const server = { cert, key, ca: certificates.ca, requestCert: true };
    expect(await delivered(server, { tlsCa })).toContain('cannot be reached');
    const files = { tlsCa, tlsCert: client.certFile, tlsKey: client.keyFile };
    expect(await delivered(server, files)).toBe('taken from client');
    expect(await delivered(server, { tlsCa, tlsCert: client.cert, tlsKey: client.key })).toBe(
      'taken from client',
    );
  });
});
