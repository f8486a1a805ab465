import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// Latencies around 50 ms, one in a hundred above 160 ms: a lognormal distribution of sigma 0.5. As many series as fill
// the blocks of cells, whose filling is not the histogram's doing.
const program = (index: string) => `
  const { exponential, ExponentialStore } = await import(${JSON.stringify(index)});
  const [rows, observations] = [1008, 10_000];
  let state = 1;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0, (state + 0.5) / 2 ** 32);
  const latencies = Float64Array.from({ length: observations }, () => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    return 50 * Math.exp(0.5 * normal);
  });
  gc();
  const before = process.memoryUsage().arrayBuffers;
  const store = new ExponentialStore({ definition: exponential(), createdAt: () => 0 });
  for (let i = 0; i < observations; i++) {
    for (let row = 0; row < rows; row++) {
      const value = latencies[(i + 31 * row) % observations];
      store.record(store.cells.blockOf(row), store.cells.offsetOf(row), value);
    }
  }
  gc();
  gc();
  console.log((process.memoryUsage().arrayBuffers - before) / rows, store.copy(rows).values[0], latencies[0]);
`;

test('an exponential histogram takes under a third of the 288 bytes of 34 bounds after 10 000 latencies', async () => {
  const index = new URL('../src/index.ts', import.meta.url).href;
  const args = ['--expose-gc', '--input-type=module', '--eval', program(index)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [bytes, count] = stdout.split(' ').map(Number);
  expect(count).toBe(10_000);
  expect(bytes).toBeGreaterThan(50);
  expect(bytes).toBeLessThan(288 / 3);
});
