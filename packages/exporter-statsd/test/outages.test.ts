import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type ExporterConfig, newExporter } from '@oriel/exporter';
import { Counter, Registry } from '@oriel/metrics';
import { logLines, tcpDestination, udpDestination } from '@oriel/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { statsd } from '../src/index.ts';
import { UnixSender } from '../src/unix-sender.ts';
import { type Dialect, readLines } from './line-reader.ts';
import { stuckReader } from './stuck-reader.ts';

const SERIES = 3000;

interface Program {
  readonly registry: Registry;
  readonly calls: Counter<'peer'>;
  readonly log: ReturnType<typeof logLines>;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

async function program(url: string, config: Partial<ExporterConfig> = {}): Promise<Program> {
  const registry = new Registry();
  const calls = new Counter({ name: 'calls_total', labelNames: ['peer'] });
  registry.register(calls);
  const logger = logLines();
  const exporter = newExporter('', {
    registry,
    logger,
    backends: [statsd],
    exporters: [url],
    env: {},
    ...config,
  });
  await exporter.init();
  onTestFinished(() => exporter.shutdown());
  return {
    registry,
    calls,
    log: logger,
    flush: () => exporter.forceFlush(),
    stop: () => exporter.shutdown(),
  };
}

function countAll(calls: Counter<'peer'>): void {
  for (let i = 0; i < SERIES; i++) calls.add(1 + i, { peer: `p${i}` });
}

/** What a daemon would have by now. */
function totalOf(packets: readonly Buffer[], dialect: Dialect = 'path'): number {
  const lines = packets.flatMap((packet) => readLines(String(packet), dialect));
  return lines
    .filter(({ name }) => name.startsWith('calls_total'))
    .reduce((sum, { value }) => sum + value, 0);
}

const ALL = (SERIES * (SERIES + 1)) / 2;

/** A self-metric of the backend, all its rows. */
async function health(registry: Registry, name: string): Promise<Record<string, number>> {
  const { families } = await registry.gather({ names: [name] });
  const [part] = families[0]?.parts ?? [];
  const { ids, dictionaries } = part.labels;
  return Object.fromEntries(
    Array.from({ length: part.rows }, (_, row) => [
      dictionaries.map((values, i) => values[ids[row * dictionaries.length + i]]).at(-1) ?? '',
      part.values[row],
    ]),
  );
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 10_000, interval: 5 }).toBe(true);
}

test('over UDP nothing is lost while nobody listens on this machine, and nothing comes twice', async () => {
  const daemon = await udpDestination();
  onTestFinished(() => daemon.close());
  const { calls, flush, registry } = await program(`statsd://127.0.0.1:${daemon.port}`);
  countAll(calls);
  await daemon.behave('absent');
  for (let i = 0; i < 3; i++) await flush();
  const refused = await health(registry, 'oriel_statsd_refused_packets_total');
  expect(refused.refused).toBeGreaterThanOrEqual(3);
  await daemon.behave('well');
  countAll(calls);
  await flush();
  const packets: Buffer[] = [];
  await eventually(() => packets.push(...daemon.take()) > 0 && totalOf(packets) >= 2 * ALL);
  expect(totalOf(packets)).toBe(2 * ALL);
});

test('over UDP a name is tried with each of its addresses in turn', async () => {
  const daemon = await udpDestination();
  onTestFinished(() => daemon.close());
  // In most places also ::1, where nobody listens.
  const { calls, flush } = await program(`statsd://localhost:${daemon.port}`);
  countAll(calls);
  const packets: Buffer[] = [];
  await eventually(async () => {
    await flush();
    packets.push(...daemon.take());
    return totalOf(packets) >= ALL;
  });
  expect(totalOf(packets)).toBe(ALL);
});

test('over UDP a daemon that dies in the middle of a push has the rest later, and nothing twice', async () => {
  const first = createSocket('udp4').bind(0, '127.0.0.1');
  await once(first, 'listening');
  const { port } = first.address();
  const packets: Buffer[] = [];
  const died = new Promise<void>((resolve) => {
    first.on('message', (packet) => {
      if (packets.push(packet) === 5) first.close(() => resolve());
    });
  });
  const { calls, flush } = await program(
    `statsd://127.0.0.1:${port}?maxPacketBytes=64&packetsPerSecond=5000`,
  );
  countAll(calls);
  await flush();
  await died;
  const second = createSocket('udp4').bind(port, '127.0.0.1');
  await once(second, 'listening');
  onTestFinished(() => void second.close());
  second.on('message', (packet) => packets.push(packet));
  await flush();
  // What was in the dead daemon's buffer is lost: less than what is sent at once.
  await eventually(() => peersOf(packets).length > SERIES - AT_ONCE);
  await flush();
  const peers = peersOf(packets);
  expect(new Set(peers).size).toBe(peers.length);
  expect(peers.length).toBeLessThan(SERIES);
});

// Packets, times the most lines that fit into 64 bytes.
const AT_ONCE = 64 * 3;

function peersOf(packets: readonly Buffer[]): string[] {
  const lines = packets.flatMap((packet) => readLines(String(packet), 'path'));
  return lines.map(({ name }) => name).filter((name) => name.startsWith('calls_total'));
}

test('over a Unix socket nobody reads from, packets wait and then all arrive, each once', async () => {
  const reader = await stuckReader();
  onTestFinished(() => reader.end());
  const { calls, flush, registry } = await program(`statsd+dogstatsd+unix://localhost${reader.path}`, {
    backendSettings: { statsd: { maxPacketBytes: 64 } },
  });
  countAll(calls);
  await flush();
  const refused = await health(registry, 'oriel_statsd_refused_packets_total');
  expect(refused.congested).toBeGreaterThan(0);
  reader.read();
  await eventually(async () => {
    await flush();
    return totalOf(reader.packets, 'dogstatsd') >= ALL;
  });
  expect(totalOf(reader.packets, 'dogstatsd')).toBe(ALL);
}, 60_000);

test('over TCP a daemon that cuts the connection gets everything on the next', async () => {
  const daemon = await tcpDestination();
  onTestFinished(() => daemon.close());
  const { calls, flush } = await program(`statsd+tcp://127.0.0.1:${daemon.port}`);
  countAll(calls);
  await daemon.behave('cut');
  await flush();
  await daemon.behave('well');
  countAll(calls);
  await flush();
  const lines = daemon.take().map((line) => Buffer.from(line));
  expect(totalOf(lines)).toBe(2 * ALL);
});

test('over TCP without confirmation a daemon that keeps the connection open has everything once', async () => {
  const daemon = await tcpDestination();
  onTestFinished(() => daemon.close());
  const { calls, flush } = await program(`statsd+tcp://127.0.0.1:${daemon.port}?confirmTimeoutMs=0`);
  for (let push = 1; push <= 3; push++) {
    countAll(calls);
    await flush();
  }
  const lines: Buffer[] = [];
  await eventually(() => {
    lines.push(...daemon.take().map((line) => Buffer.from(line)));
    return totalOf(lines) >= 3 * ALL;
  });
  expect(totalOf(lines)).toBe(3 * ALL);
});

test('without node-unix-socket a Unix datagram backend says what is missing and what to do', async () => {
  const missing = new UnixSender({
    path: '/run/dsd.socket',
    clock: { now: () => 0, setTimeout: () => ({}), clearTimeout: () => undefined },
    datagrams: () => {
      throw new Error('not reached');
    },
    load: () => import('node-unix-socket/not-there' as string),
  });
  await expect(missing.prepare()).rejects.toMatchObject({
    code: 'BACKEND_FAILED',
    message:
      'Cannot send to Unix socket "/run/dsd.socket": Node has no Unix datagrams and package "node-unix-socket" cannot be loaded; install it, or use UDP or unix-stream',
  });
});

test('what a backend tells about itself goes with it, and two of one name are told apart', async () => {
  const daemon = await udpDestination();
  onTestFinished(() => daemon.close());
  const url = `statsd://127.0.0.1:${daemon.port}`;
  const { registry, calls, flush, stop } = await program(url);
  countAll(calls);
  const other = newExporter('', {
    registry,
    backends: [statsd],
    exporters: [url],
    env: {},
    logLevel: 'silent',
  });
  await other.init();
  await flush();
  const family = (await registry.gather({ names: ['oriel_statsd_lines_total'] })).families[0];
  const rows = family.parts.map(({ constLabels, values }) => [constLabels[0].value, values[0] > 0]);
  expect(rows).toEqual([
    [url, true],
    [`${url}#2`, false],
  ]);
  expect(await health(registry, 'oriel_exporter_push_last_success_timestamp_seconds')).toBeDefined();
  await other.shutdown();
  await stop();
  const names = (await registry.gather()).families.map(({ name }) => name);
  expect(names).toEqual(['calls_total']);
});
