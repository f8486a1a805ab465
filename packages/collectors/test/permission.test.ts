import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));

test('without the permission to read /proc every metric is served that does not need it', async () => {
  const flags = ['--permission', `--allow-fs-read=${workspace}`];
  const found = (await runProgram('print-samples', flags)) as Record<string, number>;
  expect(Object.keys(found).filter((name) => name.startsWith('process_'))).toEqual([
    'process_cpu_seconds_total',
    'process_cpu_system_seconds_total',
    'process_cpu_user_seconds_total',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
  ]);
  expect(found.process_resident_memory_bytes).toBeGreaterThan(10e6);
  expect(found.nodejs_heap_size_used_bytes).toBeGreaterThan(1e6);
});

test('with the permission to read only some files of /proc exactly theirs are served', async () => {
  const flags = ['--permission', `--allow-fs-read=${workspace}`, '--allow-fs-read=/proc/self/limits'];
  const found = (await runProgram('print-samples', flags)) as Record<string, number>;
  expect('process_max_fds' in found).toBe(process.platform === 'linux');
  expect('process_threads' in found).toBe(false);
});
