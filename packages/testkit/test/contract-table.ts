import { contractTests } from '../src/contract.ts';

const START = '<!-- contract: written by test/write-readme.ts -->';
const END = '<!-- end of contract -->';

/** The contract's tests, for the README. */
export function contractTable(): string {
  const groups = [...Map.groupBy(contractTests, (each) => each.group)];
  return groups
    .map(([group, tests]) => `**${group}**\n\n${tests.map(({ name }) => `- ${escaped(name)}`).join('\n')}\n`)
    .join('\n');
}

/** A README with the table of today. */
export function withContractTable(readme: string): string {
  const [before, rest] = [readme.split(START)[0], readme.split(END)[1]];
  return `${before}${START}\n\n${contractTable()}\n${END}${rest}`;
}

// A power would be read as markup by some.
function escaped(text: string): string {
  return text.replaceAll('^', '\\^');
}
