import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './workspace.ts';

// Started by `pnpm ok`: everything that CI runs, the fast checks first. Every step runs, whatever failed before.
// `pnpm ok lint types` runs only the steps named.

interface Step {
  readonly name: string;
  readonly says: string;
  readonly command: readonly [string, ...string[]];
}

const steps: readonly Step[] = [
  { name: 'types', says: 'all code agrees with its types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', says: 'form and lint rules', command: ['biome', 'check', '--error-on-warnings', '.'] },
  {
    name: 'workspace',
    says: 'arrows, circles, layout, error codes, public API',
    command: ['vitest', 'run', '--project', 'workspace'],
  },
  { name: 'unit', says: 'tests of each package', command: ['vitest', 'run', '--project', 'unit'] },
  { name: 'docs', says: 'README and doc comment code runs', command: ['vitest', 'run', '--project', 'docs'] },
  {
    name: 'integration',
    says: 'what crosses packages',
    command: ['vitest', 'run', '--project', 'integration'],
  },
  {
    name: 'build',
    says: 'ESM, CommonJS and declarations',
    command: ['pnpm', '-r', 'build', '--log-level', 'warn'],
  },
  { name: 'packed', says: 'publint, attw and loading', command: ['node', 'test/workspace/packed.ts'] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`Cannot run step "${unknown[0]}": the steps are ${steps.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const env = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) };
const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const results = chosen.map((step, at) => run(step, `${at + 1}/${chosen.length}`));

console.log('\n── result');
for (const { step, ok, seconds } of results) {
  console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(12)} ${seconds.padStart(6)} s  ${step.says}`);
}
const failed = results.filter(({ ok }) => !ok);
const names = failed.map(({ step }) => step.name).join(', ');
console.log(
  `${results.length - failed.length} steps passed, ${failed.length} failed${names && `: ${names}`}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function run(step: Step, position: string): { step: Step; ok: boolean; seconds: string } {
  const [command, ...args] = step.command;
  console.log(`\n── ${position} ${step.name}: ${step.command.join(' ')}`);
  const began = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error !== undefined) console.error(`Cannot start "${command}": ${error.message}`);
  const ok = status === 0;
  if (!ok) console.log(`✗ ${step.name} failed`);
  return { step, ok, seconds: ((performance.now() - began) / 1000).toFixed(1) };
}
