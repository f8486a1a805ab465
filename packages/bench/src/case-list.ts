import type { Case } from './case.ts';
import { cases as allocation } from './cases/allocation.ts';
import { cases as eventLoop } from './cases/event-loop.ts';
import { cases as exemplars } from './cases/exemplars.ts';
import { cases as formats } from './cases/formats.ts';
import { cases as growth } from './cases/growth.ts';
import { cases as http } from './cases/http.ts';
import { cases as init } from './cases/init.ts';
import { cases as instruments } from './cases/instruments.ts';
import { cases as memory } from './cases/memory.ts';
import { cases as otlp } from './cases/otlp.ts';
import { cases as paths } from './cases/paths.ts';
import { cases as pushing } from './cases/pushing.ts';
import { cases as record } from './cases/record.ts';
import { cases as remoteWrite } from './cases/remote-write.ts';
import { cases as rpcs } from './cases/rpcs.ts';
import { cases as scrape } from './cases/scrape.ts';
import { cases as secure } from './cases/secure.ts';
import { cases as soak } from './cases/soak.ts';
import { cases as statsd } from './cases/statsd.ts';

/** A case and the file it is in, for the process that runs it. */
export interface ListedCase {
  readonly file: URL;
  readonly case: Case;
}

const files: readonly (readonly [string, readonly Case[]])[] = [
  ['record', record],
  ['instruments', instruments],
  ['exemplars', exemplars],
  ['allocation', allocation],
  ['growth', growth],
  ['paths', paths],
  ['rpcs', rpcs],
  ['scrape', scrape],
  ['event-loop', eventLoop],
  ['memory', memory],
  ['init', init],
  ['http', http],
  ['statsd', statsd],
  ['remote-write', remoteWrite],
  ['otlp', otlp],
  ['formats', formats],
  ['secure', secure],
  ['pushing', pushing],
  ['soak', soak],
];

/** Every case, in the order they run. */
export const listedCases: readonly ListedCase[] = files.flatMap(([name, cases]) =>
  cases.map((one) => ({ file: new URL(`./cases/${name}.ts`, import.meta.url), case: one })),
);

/** The cases whose names contain the filter. */
export function casesMatching(filter: string): ListedCase[] {
  return listedCases.filter(({ case: { name } }) => name.includes(filter));
}
