import { expect, test } from 'vitest';
import { ChildProgram } from './child-program.ts';

test('importing the package starts nothing and loads neither logger nor YAML reader', async () => {
  const program = await ChildProgram.create();
  await program.write(
    'main.mjs',
    `import { createRequire } from 'node:module';
     const before = process.eventNames().length;
     const { newExporter } = await import('@oriel/exporter');
     newExporter('x');
     const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => /pino|yaml/.test(file));
     const resources = process.getActiveResourcesInfo().filter((name) => /Timeout|Server|Socket|Port/.test(name));
     console.log(JSON.stringify([loaded, resources, process.eventNames().length - before]));`,
  );
  // It ends by itself, or the test never does.
  expect(JSON.parse(await program.run('main.mjs'))).toEqual([[], [], 0]);
  await program.remove();
});

test('a disabled exporter writes nothing, hooks nothing and lets the process end', async () => {
  const program = await ChildProgram.create();
  await program.write(
    'main.mjs',
    `import { newExporter } from '@oriel/exporter';
     const before = process.eventNames().length;
     const exporter = newExporter('x', { env: { ORIEL_METRICS_ENABLED: 'false' } });
     await exporter.init();
     if (process.eventNames().length !== before) console.log('hooked');`,
  );
  expect(await program.run('main.mjs')).toBe('');
  await program.remove();
});

test('the default logger is pino, named oriel, at the level of ORIEL_LOG_LEVEL', async () => {
  const program = await ChildProgram.create();
  await program.write(
    'main.mjs',
    `import { defineBackend, newExporter } from '@oriel/exporter';
     const create = ({ logger }) => ({ start: () => logger.warn({ a: 1 }, 'careful'), flush() {}, stop() {} });
     const backends = [defineBackend({ name: 'quiet', create })];
     const exporter = newExporter('x', { backends, exporters: ['quiet'], env: { ORIEL_LOG_LEVEL: 'warn' } });
     await exporter.init();
     await exporter.shutdown();`,
  );
  const lines = (await program.run('main.mjs')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, name: 'oriel', a: 1, msg: 'careful' },
  ]);
  await program.remove();
});
