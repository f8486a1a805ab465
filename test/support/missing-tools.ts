import type { Reporter, TestModule } from 'vitest/node';

const mark = / \[skipped: no ([^\]]+)\]$/;

/** The name of a test that cannot run here: it says which tool is wanted. */
export function skippedName(name: string, tool: string): string {
  return `${name} [skipped: no ${tool}]`;
}

/** Prints, once and at the end of a run, which tests were skipped for want of which tool. */
export class MissingTools implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = new Map<string, string[]>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const tool = mark.exec(test.name)?.[1];
        if (tool === undefined) continue;
        skipped.set(tool, [...(skipped.get(tool) ?? []), test.fullName.replace(mark, '')]);
      }
    }
    for (const [tool, names] of skipped) {
      process.stdout.write(
        `\nSkipped for want of ${tool}:\n${names.map((name) => `  - ${name}\n`).join('')}`,
      );
    }
  }
}
