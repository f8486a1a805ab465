import type { PeerName, Unit } from './case.ts';
import { type CaseResult, measuredValue, type Outcome } from './result.ts';
import { spread } from './statistics.ts';
import type { Measured, Target } from './target.ts';

const PEER_WIDTH = 14;
const VALUE_WIDTH = 12;
const units: Readonly<Record<Unit, string>> = { ns: 'ns', ms: 'ms', bytes: 'B' };

/** The heads of the columns, over cases whose names have at most this width. */
export function headLine(width: number): string {
  return line(width, 'case', 'peer', 'median', 'spread', 'peer / oriel');
}

/** One line for each peer of a case. */
export function caseLines(result: CaseResult, width: number): string[] {
  const own = measuredValue(result, 'oriel');
  const ran = result.outcomes.filter((outcome) => !('skipped' in outcome));
  const lines = ran.map((outcome, at) =>
    outcomeLine(result, outcome, { own, width, name: at === 0 ? result.case.name : '' }),
  );
  return [...lines, ...skipLines(result.outcomes, width)];
}

/** One line for all that stay away for the same reason. */
function skipLines(outcomes: readonly Outcome[], width: number): string[] {
  const skipped = outcomes.flatMap((outcome) => ('skipped' in outcome ? [outcome] : []));
  const byReason = Map.groupBy(skipped, (outcome) => outcome.skipped);
  return [...byReason].map(
    ([reason, peers]) =>
      `${' '.repeat(width)}  skipped ${peers.map(({ peer }) => peer).join(', ')}: ${reason}`,
  );
}

interface Place {
  readonly own: number | undefined;
  readonly width: number;
  readonly name: string;
}

function outcomeLine(result: CaseResult, outcome: Outcome, { own, width, name }: Place): string {
  if (!('runs' in outcome)) {
    return line(
      width,
      name,
      outcome.peer,
      `FAILED: ${'failed' in outcome ? outcome.failed : outcome.skipped}`,
    );
  }
  const value = measuredValue(result, outcome.peer) as number;
  const { unit, summary } = result.case;
  return line(
    width,
    name,
    outcome.peer,
    `${shown(value)} ${units[unit]}`,
    summary === 'worst' ? 'worst' : `${Math.round(spread(outcome.runs) * 100)} %`,
    ratioText(outcome.peer, value, own),
  );
}

function ratioText(peer: PeerName, value: number, own: number | undefined): string {
  if (peer === 'oriel' || own === undefined) return '';
  return own === 0 ? 'oriel takes none' : `${shown(value / own)} ×`;
}

/** Each target with what was measured of it; unless all are wanted, those not measured are only counted. */
export function targetLines(
  targets: readonly Target[],
  measured: Measured,
  { all }: { readonly all: boolean },
): string[] {
  const listed = targets.filter((target) => all || target.of(measured) !== undefined);
  const width = Math.max(0, ...listed.map(({ says }) => says.length));
  const others = targets.length - listed.length;
  const rest = others === 0 ? [] : [`${others} targets are not measured by these cases`];
  return [...listed.map((target) => targetLine(target, measured, width)), ...rest];
}

function targetLine(target: Target, measured: Measured, width: number): string {
  const value = target.of(measured);
  const verdict = value === undefined ? 'not measured' : target.isMet(value) ? 'met' : 'NOT MET';
  const found = value === undefined ? '' : `${shown(value)} ${target.unit}`;
  return `${target.says.padEnd(width)}  ${target.wanted.padEnd(14)} ${found.padStart(VALUE_WIDTH)}  ${verdict}`;
}

/** Three digits that count. */
export function shown(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

function line(width: number, name: string, peer: string, value: string, ...rest: string[]): string {
  const [spreadText, ratio] = rest;
  const start = `${name.padEnd(width)}  ${peer.padEnd(PEER_WIDTH)}`;
  if (spreadText === undefined) return `${start} ${value}`;
  return `${start} ${value.padStart(VALUE_WIDTH)} ${spreadText.padStart(8)} ${(ratio ?? '').padStart(16)}`.trimEnd();
}
