import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Registry } from '@oriel/metrics';
import { afterAll, describe, expect, test } from 'vitest';
import { listenTarget, systemdTargets } from '../src/listen-target.ts';
import { serveMetrics } from '../src/metrics-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'oriel-socket-'));
afterAll(() => rmSync(folder, { recursive: true }));

function statusOver(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/metrics', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('listenTarget()', () => {
  test.each([
    [':9100', { host: '', port: 9100 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:9100', { host: '[::1]', port: 9100 }],
    ['metrics.example:80', { host: 'metrics.example', port: 80 }],
    ['unix:/run/app.sock', { socketPath: '/run/app.sock' }],
  ])('reads %s', (address, target) => {
    expect(listenTarget(address)).toEqual(target);
  });

  test.each([
    ['9100', 'use one such as ":9100"'],
    ['::1', 'put it in brackets, "[::1]:9100"'],
    ['host:65536', 'use one such as'],
    ['http://host:1', 'use one such as'],
    ['vsock://:9100', 'vsock sockets are not supported'],
    ['unix:', '1 to 107 bytes'],
    [`unix:/${'x'.repeat(107)}`, '1 to 107 bytes'],
    ['', 'use one such as'],
  ])('refuses %s', (address, cure) => {
    expect(() => listenTarget(address)).toThrow(cure);
  });
});

describe('systemdTargets()', () => {
  test('are the descriptors from 3 on, for the process that systemd meant', () => {
    expect(systemdTargets({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toEqual([{ fd: 3 }, { fd: 4 }]);
    expect(() => systemdTargets({ LISTEN_PID: '8', LISTEN_FDS: '2' }, 7)).toThrow(/by a systemd socket unit/);
    expect(() => systemdTargets({}, 7)).toThrow(/there are none/);
  });

  test('serve on a socket that came open', async () => {
    const socketPath = join(folder, 'passed.sock');
    const listener: Server = createServer().listen(socketPath);
    await once(listener, 'listening');
    const { fd } = (listener as unknown as { _handle: { fd: number } })._handle;
    const program = new URL('./programs/systemd-server.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--conditions=oriel-source', program], {
      stdio: ['ignore', 'pipe', 'inherit', fd],
    });
    const [said] = (await once(child.stdout!, 'data')) as [Buffer];
    expect(said.toString()).toMatch('listening');
    // Only the child answers: this process closes its own, which takes the name away, but not another one.
    const moved = join(folder, 'moved.sock');
    renameSync(socketPath, moved);
    listener.close();
    expect(await statusOver(moved)).toBe(200);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });
});

describe('serveMetrics({ listen })', () => {
  test('serves the same pages on every address', async () => {
    const socketPath = join(folder, 'app.sock');
    await using server = await serveMetrics(new Registry(), {
      listen: ['127.0.0.1:0', `unix:${socketPath}`, '127.0.0.1:0'],
    });
    expect(server.addresses.map(({ address }) => address)).toEqual(['127.0.0.1', socketPath, '127.0.0.1']);
    expect(server.urls[1]).toBe(`unix:${socketPath}`);
    expect((await fetch(server.urls[0])).status).toBe(200);
    expect((await fetch(server.urls[2])).status).toBe(200);
    expect(await statusOver(socketPath)).toBe(200);
  });

  test('takes the place of a socket whose server has died, not of one that lives; and leaves none', async () => {
    const socketPath = join(folder, 'dead.sock');
    const dead = `require('net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', dead]), 'exit');
    expect(existsSync(socketPath)).toBe(true);
    const server = await serveMetrics(new Registry(), { listen: [`unix:${socketPath}`] });
    expect(await statusOver(socketPath)).toBe(200);
    await expect(serveMetrics(new Registry(), { listen: [`unix:${socketPath}`] })).rejects.toThrow(
      /another process listens there; pass another path/,
    );
    expect(await statusOver(socketPath)).toBe(200);
    await server.stop();
    expect(existsSync(socketPath)).toBe(false);
  });

  test('listens on none when one address is taken', async () => {
    await using first = await serveMetrics(new Registry(), { listen: ['127.0.0.1:0'] });
    const socketPath = join(folder, 'none.sock');
    const both = { listen: [`unix:${socketPath}`, `127.0.0.1:${first.port}`] };
    await expect(serveMetrics(new Registry(), both)).rejects.toThrow(/the port is taken/);
    expect(existsSync(socketPath)).toBe(false);
  });

  test('ends a request that a Unix socket has brought', async () => {
    const socketPath = join(folder, 'text.sock');
    await using server = await serveMetrics(new Registry(), { listen: [`unix:${socketPath}`] });
    const answer = await new Promise<string>((resolve) => {
      request({ socketPath: server.address, path: '/-/healthy' }, (response) =>
        resolve(text(response)),
      ).end();
    });
    expect(answer).toBe('Healthy\n');
  });
});
