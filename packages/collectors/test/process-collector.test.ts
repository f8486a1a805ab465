import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processCollector } from '../src/index.ts';
import { gather, samples } from './samples.ts';

const STATUS = `Name:\tnode
VmSize:\t 1024000 kB
VmRSS:\t   51200 kB
VmData:\t  204800 kB
Threads:\t11
`;
const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max open files            1024                 1048576              files
Max address space         4294967296           unlimited            bytes
`;
const NETSTAT = `TcpExt: SyncookiesSent InOctets
TcpExt: 0 5
IpExt: InNoRoutes InOctets OutOctets
IpExt: 0 665142760 10046148
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oriel-proc-'));
  mkdirSync(join(root, 'self/net'), { recursive: true });
  mkdirSync(join(root, 'self/fd'));
  writeFileSync(join(root, 'self/status'), STATUS);
  writeFileSync(join(root, 'self/limits'), LIMITS);
  writeFileSync(join(root, 'self/net/netstat'), NETSTAT);
  for (const fd of ['0', '1', '2', '7']) writeFileSync(join(root, 'self/fd', fd), '');
});

afterEach(() => rmSync(root, { recursive: true }));

describe('with a folder of its own', () => {
  test('processCollector() gives the figures of its files in base units', async () => {
    expect(Object.fromEntries(await samples(processCollector({ procRoot: root })))).toEqual({
      process_cpu_seconds_total: expect.any(Number),
      process_cpu_system_seconds_total: expect.any(Number),
      process_cpu_user_seconds_total: expect.any(Number),
      process_heap_bytes: 204_800 * 1024,
      process_max_fds: 1024,
      process_network_receive_bytes_total: 665_142_760,
      process_network_transmit_bytes_total: 10_046_148,
      process_open_fds: 3, // one less than listed: the listing's own
      process_resident_memory_bytes: 51_200 * 1024,
      process_start_time_seconds: performance.timeOrigin / 1000,
      process_threads: 11,
      process_virtual_memory_bytes: 1_024_000 * 1024,
      process_virtual_memory_max_bytes: 4_294_967_296,
    });
  });

  test.each([
    ['status', ['process_heap_bytes', 'process_threads', 'process_virtual_memory_bytes']],
    ['limits', ['process_max_fds', 'process_virtual_memory_max_bytes']],
    ['fd', ['process_open_fds']],
    ['net/netstat', ['process_network_receive_bytes_total', 'process_network_transmit_bytes_total']],
  ])('processCollector() leaves out exactly what a missing %s would tell', async (file, names) => {
    const whole = await samples(processCollector({ procRoot: root }));
    rmSync(join(root, 'self', file), { recursive: true });
    const rest = await samples(processCollector({ procRoot: root }));
    expect([...whole.keys()].filter((name) => !rest.has(name))).toEqual(names);
  });

  test('processCollector() never takes the size of an ordinary folder for a number of descriptors', async () => {
    const collector = processCollector({ procRoot: root });
    for (let scrape = 0; scrape < 3; scrape++) {
      expect((await samples(collector)).get('process_open_fds')).toBe(3);
    }
  });

  test('processCollector() asks Node for the resident memory where no file tells it', async () => {
    rmSync(join(root, 'self/status'));
    const found = (await samples(processCollector({ procRoot: root }))).get('process_resident_memory_bytes');
    expect(found).toBeGreaterThan(10e6);
    expect(found).not.toBe(51_200 * 1024);
  });

  test('processCollector() leaves out what a file tells in a way it does not know', async () => {
    writeFileSync(join(root, 'self/limits'), 'Max open files            plenty\n');
    writeFileSync(join(root, 'self/net/netstat'), 'IpExt: InOctets OutOctets\nIpExt: -1\n');
    const found = await samples(processCollector({ procRoot: root }));
    expect(found.has('process_max_fds')).toBe(false);
    expect([...found.keys()].filter((name) => name.includes('network'))).toEqual([]);
  });

  test('processCollector() exports an unlimited address space as the number the kernel stores', async () => {
    writeFileSync(join(root, 'self/limits'), LIMITS.replace('4294967296', 'unlimited '));
    const found = await samples(processCollector({ procRoot: root }));
    expect(found.get('process_virtual_memory_max_bytes')).toBe(Number(2n ** 64n - 1n));
  });

  test('processCollector() describes the same families whatever can be read', () => {
    const names = processCollector({ procRoot: root }).describe();
    const without = processCollector({ procRoot: join(root, 'nowhere') }).describe();
    expect([...without].map((desc) => desc.id)).toEqual([...names].map((desc) => desc.id));
  });
});

test('processCollector() counts CPU time since the process began, not since it was made', async () => {
  const before = process.cpuUsage();
  const found = await samples(processCollector());
  const after = process.cpuUsage();
  for (const kind of ['user', 'system'] as const) {
    const seconds = found.get(`process_cpu_${kind}_seconds_total`);
    expect(seconds).toBeGreaterThanOrEqual(before[kind] / 1e6);
    expect(seconds).toBeLessThanOrEqual(after[kind] / 1e6);
  }
});

test('processCollector() gives a total that is the sum of user and system time', async () => {
  const found = await samples(processCollector());
  const user = found.get('process_cpu_user_seconds_total') ?? Number.NaN;
  const system = found.get('process_cpu_system_seconds_total') ?? Number.NaN;
  expect(found.get('process_cpu_seconds_total')).toBeCloseTo(user + system, 9);
});

test('processCollector() dates its CPU counters to the start of the process', async () => {
  const { families } = await gather(processCollector());
  const cpu = families.find((family) => family.name === 'process_cpu_seconds_total');
  expect(cpu?.parts[0].created?.[0]).toBe(performance.timeOrigin);
});

describe.skipIf(process.platform !== 'linux')('on the real /proc', () => {
  test('processCollector() gives every standard metric', async () => {
    const described = [...processCollector().describe()].map((desc) => desc.name);
    expect([...(await samples(processCollector())).keys()].sort()).toEqual(described.sort());
  });

  test('processCollector() gives the start time that the kernel counted in ticks since boot', async () => {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    const bootTime = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const kernel = bootTime + Number(fields[19]) / 100;
    const found = (await samples(processCollector())).get('process_start_time_seconds') ?? 0;
    // The boot time is kept in whole seconds, and Node notes its own start a moment after its process began.
    expect(Math.abs(found - kernel)).toBeLessThan(5);
  });

  test('processCollector() counts each descriptor that is opened and closed', async () => {
    const collector = processCollector();
    const openFds = async () => (await samples(collector)).get('process_open_fds') ?? Number.NaN;
    // Asked often: from the second time on the number may come from another place.
    for (let round = 0; round < 3; round++) {
      const before = await openFds();
      expect(before).toBe(readdirSync('/proc/self/fd').length - 1);
      const opened = Array.from({ length: 10 }, () => openSync('/dev/null', 'r'));
      const during = await openFds();
      for (const fd of opened) closeSync(fd);
      expect([during - before, (await openFds()) - before]).toEqual([10, 0]);
    }
  });

  test('processCollector() gives the soft limits of the process', async () => {
    const found = await samples(processCollector());
    const limits = readFileSync('/proc/self/limits', 'utf8').split('\n');
    const soft = (name: string) => limits.find((line) => line.startsWith(name))?.split(/ {2,}/)[1];
    expect(String(found.get('process_max_fds'))).toBe(soft('Max open files'));
    const addressSpace = found.get('process_virtual_memory_max_bytes');
    expect(addressSpace === 2 ** 64 ? 'unlimited' : String(addressSpace)).toBe(soft('Max address space'));
  });

  test('processCollector() counts the threads that the kernel lists', async () => {
    expect((await samples(processCollector())).get('process_threads')).toBe(
      readdirSync('/proc/self/task').length,
    );
  });

  test('processCollector() gives memory sizes that lie between those the kernel gives before and after', async () => {
    // Pages of statm: whole address space, resident, shared, text, library, data.
    const statm = () => readFileSync('/proc/self/statm', 'utf8').split(' ').map(Number);
    const before = statm();
    const found = await samples(processCollector());
    const after = statm();
    const sizes = ['virtual_memory', 'resident_memory'].map(
      (name) => found.get(`process_${name}_bytes`) ?? 0,
    );
    for (const [field, size] of sizes.entries()) {
      const slack = 16e6; // other threads of the test runner allocate meanwhile
      expect(size).toBeGreaterThan(Math.min(before[field], after[field]) * 4096 - slack);
      expect(size).toBeLessThan(Math.max(before[field], after[field]) * 4096 + slack);
    }
  });
});
