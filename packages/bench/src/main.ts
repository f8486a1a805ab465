import { writeFileSync } from 'node:fs';
import { casesMatching, type ListedCase, listedCases } from './case-list.ts';
import { runCase } from './case-run.ts';
import { type CommandLine, helpText, readCommandLine } from './command-line.ts';
import { machineLines } from './machine.ts';
import { type CaseResult, entries, failures } from './result.ts';
import { caseLines, headLine, targetLines } from './table.ts';
import { measuredIn } from './target.ts';
import { targets } from './target-list.ts';

// Started by `pnpm bench`: the table goes to stdout, everything else to stderr.

const print = (...lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};
const tell = (text: string): void => {
  process.stderr.write(text);
};

async function main(args: readonly string[]): Promise<void> {
  const wanted = readCommandLine(args);
  if (wanted.help) return print(helpText);
  const chosen = casesMatching(wanted.filter);
  if (chosen.length === 0) {
    throw new Error(
      `Cannot run benchmarks: no case has "${wanted.filter}" in its name; see the ${listedCases.length} cases of --list`,
    );
  }
  if (wanted.list) return print(...chosen.map(({ case: { name, says } }) => `${name}  ${says}`));
  const results = await runAll(chosen, wanted);
  if (wanted.json !== undefined) {
    writeFileSync(wanted.json, `${JSON.stringify(entries(results), null, 1)}\n`);
  }
  print('', ...targetLines(targets, measuredIn(results), { all: wanted.filter === '' }));
  const failed = failures(results);
  if (failed.length === 0) return;
  print('', `${failed.length} failed:`, ...failed);
  process.exitCode = 1;
}

async function runAll(chosen: readonly ListedCase[], { runs }: CommandLine): Promise<CaseResult[]> {
  const width = Math.max(...chosen.map(({ case: { name } }) => name.length));
  print(...machineLines(), '', headLine(width));
  const results: CaseResult[] = [];
  for (const [at, { file, case: one }] of chosen.entries()) {
    tell(`${at + 1}/${chosen.length} ${one.name} … `);
    const start = performance.now();
    const result = await runCase(file, one, { rounds: runs });
    tell(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    print(...caseLines(result, width));
    results.push(result);
  }
  return results;
}

main(process.argv.slice(2)).catch((error: Error) => {
  tell(`${error.message}\n`);
  process.exitCode = 2;
});
