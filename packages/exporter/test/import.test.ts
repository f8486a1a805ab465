import { expect, test } from 'vitest';
import { ChildProgram } from './child-program.ts';

test('importing the package starts nothing, leaves no global and loads neither logger nor YAML reader', async () => {
  const program = await ChildProgram.create();
  await program.write(
    'main.mjs',
    `import { createRequire } from 'node:module';
     const before = process.eventNames().length;
     const globals = Object.getOwnPropertyNames(globalThis);
     const { newExporter } = await import('@oriel/exporter');
     newExporter('x');
     const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => /pino|yaml/.test(file));
     const resources = process.getActiveResourcesInfo().filter((name) => /Timeout|Server|Socket|Port/.test(name));
     const added = Object.getOwnPropertyNames(globalThis).filter((name) => !globals.includes(name));
     console.log(JSON.stringify([loaded, resources, added, process.eventNames().length - before]));`,
  );
  // It ends by itself, or the test never does.
  expect(JSON.parse(await program.run('main.mjs'))).toEqual([[], [], [], 0]);
  await program.remove();
});

test('an exporter without a file never loads the YAML reader, a disabled one not even the logger', async () => {
  const program = await ChildProgram.create();
  await program.write('m.yaml', 'logLevel: silent');
  await program.write(
    'main.mjs',
    `import { createRequire } from 'node:module';
     import { defineBackend, newExporter } from '@oriel/exporter';
     const { cache } = createRequire(import.meta.url);
     const loaded = () => ['pino', 'yaml'].filter((name) => Object.keys(cache).some((file) => file.includes('/' + name + '/')));
     const create = () => ({ start() {}, flush() {}, stop() {} });
     const backends = [defineBackend({ name: 'quiet', create })];
     const seen = [];
     for (const config of [{ metricsEnabled: false }, {}, { configFile: 'm.yaml' }]) {
       const exporter = newExporter('x', { backends, exporters: ['quiet'], env: {}, logLevel: 'silent', ...config });
       await exporter.init();
       await exporter.shutdown();
       seen.push(loaded());
     }
     console.log(JSON.stringify(seen));`,
  );
  expect(JSON.parse(await program.run('main.mjs'))).toEqual([[], ['pino'], ['pino', 'yaml']]);
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
