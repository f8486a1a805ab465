import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface CommandLine {
  /** Part of the names of the cases to run; empty for all. */
  readonly filter: string;
  readonly json?: string;
  readonly runs?: number;
  readonly list: boolean;
  readonly help: boolean;
}

export const helpText = `pnpm bench [filter] [--json FILE] [--runs N] [--list]

Measures Oriel beside its peers and prints what it took, and the ratios peer / oriel.

  filter        runs the cases whose names contain it; default: all
  --json FILE   writes what was measured as [{ case, peer, ns | ms | bytes, runs }]
  --runs N      measurements of each peer in each case; default: the case's own number
  --list        prints the cases and runs none
  --help        prints this`;

/** Reads arguments; throws an error that names the wrong one and the cure. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parsed(args);
  const { json, runs, list = false, help = false } = values;
  if (positionals.length > 1) refuse(`there are ${positionals.length} filters`, 'give one or none');
  if (json === '') refuse('"--json" is empty', 'name a file');
  const count = runs === undefined ? undefined : Number(runs);
  if (count !== undefined && !(Number.isInteger(count) && count >= 1)) {
    refuse(`"--runs" is "${runs}"`, 'use a whole number of at least 1');
  }
  return { filter: positionals[0] ?? '', json, runs: count, list, help };
}

interface Parsed {
  readonly values: {
    readonly json?: string;
    readonly runs?: string;
    readonly list?: boolean;
    readonly help?: boolean;
  };
  readonly positionals: readonly string[];
}

function parsed(args: readonly string[]): Parsed {
  try {
    return parseArgs({
      // pnpm hands a separating "--" on.
      args: args[0] === '--' ? args.slice(1) : [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        runs: { type: 'string' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [what] = (error as Error).message.split('. ');
    return refuse(what, 'see --help');
  }
}

function refuse(what: string, cure: string): never {
  throw new Error(`Cannot run benchmarks: ${what}; ${cure}`);
}
