import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testWith } from '../../../test/support/tools.ts';
import { parseDiskstats } from '../disk-collector.ts';
import { type Exporter, runExporter, scrape, startExporter } from './exporter.ts';

const linuxOnly = test.skipIf(process.platform !== 'linux');
const withFree = test.skipIf(spawnSync('free', ['--version']).status !== 0);
const withIpv6 = test.skipIf(
  !Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.address === '::1'),
);
let exporter: Exporter;

beforeAll(async () => {
  exporter = await startExporter();
});

afterAll(() => exporter.end('SIGKILL'));

describe('what it serves', () => {
  test('the size of the memory is the machine’s', async () => {
    expect((await scrape(exporter.url)).get('host_memory_total_bytes')).toBe(totalmem());
  });

  withFree('memory and swap are what free tells', async () => {
    const free = () =>
      execFileSync('free', ['-b', '-w'], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.split(/\s+/));
    const [, before] = free();
    const found = await scrape(exporter.url);
    const [, after, swap] = free();
    expect(found.get('host_memory_total_bytes')).toBe(Number(before[1]));
    expect(found.get('host_swap_total_bytes')).toBe(Number(swap[1]));
    // Columns: name total used free shared buffers cache available. Others run beside: 2 % may come and go.
    const slack = totalmem() / 50;
    for (const [column, name] of [
      [3, 'free'],
      [5, 'buffers'],
      [7, 'available'],
    ] as const) {
      const [low, high] = [Number(before[column]), Number(after[column])].sort((a, b) => a - b);
      const bytes = found.get(`host_memory_${name}_bytes`);
      expect(bytes).toBeGreaterThan(low - slack);
      expect(bytes).toBeLessThan(high + slack);
    }
  });

  linuxOnly('each file system that df lists is there with the size and the space df gives it', async () => {
    const df = execFileSync('df', ['-B1', '--output=source,fstype,size,avail,target'], { encoding: 'utf8' });
    const found = await scrape(exporter.url);
    const listed = df
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/\s+/));
    const held = listed.filter(([, fstype]) => !['devtmpfs', 'efivarfs', 'ramfs'].includes(fstype));
    expect(held.map(([, , , , target]) => target)).toContain('/');
    for (const [device, fstype, size, avail, mountpoint] of held) {
      const labels = `{device="${device}",fstype="${fstype}",mountpoint="${mountpoint}"}`;
      expect([labels, found.get(`host_filesystem_size_bytes${labels}`)]).toEqual([labels, Number(size)]);
      expect(found.get(`host_filesystem_device_error${labels}`)).toBe(0);
      // Others write meanwhile: 5 % may come and go.
      const change = (found.get(`host_filesystem_avail_bytes${labels}`) ?? 0) - Number(avail);
      expect(Math.abs(change)).toBeLessThanOrEqual(Number(size) / 20);
    }
  });

  linuxOnly('disk counters lie between what the kernel tells before and after', async () => {
    const before = parseDiskstats(readFileSync('/proc/diskstats', 'utf8'));
    const found = await scrape(exporter.url);
    const after = parseDiskstats(readFileSync('/proc/diskstats', 'utf8'));
    for (const [device, figures] of before) {
      for (const [column, unit, name] of [
        [0, 1, 'reads_completed'],
        [2, 512, 'read_bytes'],
        [4, 1, 'writes_completed'],
        [6, 512, 'written_bytes'],
      ] as const) {
        const value = found.get(`host_disk_${name}_total{device="${device}"}`);
        expect(value).toBeGreaterThanOrEqual(figures[column] * unit);
        expect(value).toBeLessThanOrEqual((after.get(device)?.[column] ?? 0) * unit);
      }
    }
  });

  linuxOnly('every collector tells that it succeeded and how long it took', async () => {
    const found = await scrape(exporter.url);
    for (const collector of ['memory', 'filesystem', 'disk']) {
      expect(found.get(`host_collector_success{collector="${collector}"}`)).toBe(1);
      expect(found.get(`host_collector_duration_seconds{collector="${collector}"}`)).toBeGreaterThan(0);
      expect(found.get(`host_collector_failures_total{collector="${collector}"}`)).toBe(0);
    }
  });

  test('a browser gets a page that links to the metrics', async () => {
    const page = await (await fetch(new URL('/', exporter.url), { headers: { accept: 'text/html' } })).text();
    const link = /href="([^"]*metrics)"/.exec(page)?.[1] ?? 'none';
    expect(page).toContain('Host exporter');
    expect(new URL(link, new URL('/', exporter.url)).href).toBe(exporter.url);
  });

  testWith('promtool', 'promtool check metrics finds nothing to say about the page', async () => {
    const page = await (await fetch(exporter.url)).text();
    // The server's own metrics are another package's to answer for.
    const own = page.split('\n').filter((line) => /^(# \w+ )?(host|process)_/.test(line));
    const input = `${own.join('\n')}\n`;
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('with a proc folder that lacks diskstats', () => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'oriel-host-'));
    mkdirSync(join(root, 'self'));
    writeFileSync(join(root, 'meminfo'), 'MemTotal:     2048 kB\nMemFree:      1024 kB\n');
    writeFileSync(
      join(root, 'self/mounts'),
      'a\\040disk / ext4 ro,relatime 0 0\ngone /nowhere/at/all nfs rw 0 0\n',
    );
  });

  afterAll(() => rmSync(root, { recursive: true }));

  linuxOnly('the failure is counted and told, and the others are served', async () => {
    const partial = await startExporter(`--path.procfs=${root}`);
    const [first, second] = [await scrape(partial.url), await scrape(partial.url)];
    await partial.end('SIGTERM');
    expect(first.get('host_collector_success{collector="disk"}')).toBe(0);
    expect(first.get('host_collector_failures_total{collector="disk"}')).toBe(1);
    expect(second.get('host_collector_failures_total{collector="disk"}')).toBe(2);
    expect(second.get('host_collector_success{collector="memory"}')).toBe(1);
    expect(second.get('host_memory_total_bytes')).toBe(2048 * 1024);
    expect(second.has('host_memory_available_bytes')).toBe(false);
    expect(partial.errors()).toContain('diskstats');
  });

  linuxOnly('a mount that cannot be asked has an error and no size, its neighbour has both', async () => {
    const partial = await startExporter(`--path.procfs=${root}`);
    const found = await scrape(partial.url);
    await partial.end('SIGTERM');
    const gone = '{device="gone",fstype="nfs",mountpoint="/nowhere/at/all"}';
    const here = '{device="a disk",fstype="ext4",mountpoint="/"}';
    expect(found.get(`host_filesystem_device_error${gone}`)).toBe(1);
    expect(found.has(`host_filesystem_size_bytes${gone}`)).toBe(false);
    expect(found.get(`host_filesystem_device_error${here}`)).toBe(0);
    expect(found.get(`host_filesystem_size_bytes${here}`)).toBeGreaterThan(0);
    expect(found.get(`host_filesystem_readonly${here}`)).toBe(1);
  });
});

describe('how it starts and ends', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with code 0', async (signal) => {
    const mine = await startExporter();
    await scrape(mine.url);
    expect(await mine.end(signal)).toBe(0);
    await expect(fetch(mine.url)).rejects.toThrow();
  });

  test('--web.telemetry-path moves the metrics', async () => {
    const mine = await startExporter('--web.telemetry-path=/telemetry');
    expect(new URL(mine.url).pathname).toBe('/telemetry');
    expect((await scrape(mine.url)).has('host_memory_total_bytes')).toBe(true);
    expect((await fetch(new URL('/metrics', mine.url))).status).toBe(404);
    await mine.end('SIGTERM');
  });

  withIpv6('--web.listen-address takes an IPv6 address in brackets', async () => {
    const mine = await startExporter('--web.listen-address=[::1]:0');
    expect(mine.url).toMatch(/^http:\/\/\[::1\]:\d+\/metrics$/);
    expect((await fetch(mine.url)).status).toBe(200);
    await mine.end('SIGTERM');
  });

  test('--help names every flag, --version the version', async () => {
    const help = await runExporter('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const flag of ['--web.listen-address', '--web.telemetry-path', '--path.procfs', '--version']) {
      expect(help.stdout).toContain(flag);
    }
    expect(await runExporter('--version')).toEqual({ code: 0, stderr: '', stdout: 'host_exporter 0.1.0\n' });
  });

  test.each([
    ['--web.listen-adress=:1', "Unknown option '--web.listen-adress'"],
    ['--web.listen-address=9105', '"9105"; it must be such as :9105'],
    ['--web.listen-address=:65536', '":65536"; it must be'],
    ['--web.listen-address=::1:9105', '"::1:9105"; it must be'],
    ['--web.telemetry-path=', '""; it must be a path such as /metrics'],
    ['--web.telemetry-path=metrics', '"metrics"; it must be a path'],
    ['serve', "Unexpected argument 'serve'"],
  ])('%s is refused with code 1 and a text that says why', async (arg, text) => {
    const { code, stdout, stderr } = await runExporter(arg);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a port that is taken is refused with code 1 and the cure', async () => {
    const { code, stderr } = await runExporter(
      `--web.listen-address=127.0.0.1:${new URL(exporter.url).port}`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('the port is taken; pass port 0');
  });
});
