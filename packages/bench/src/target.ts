import type { PeerName } from './case.ts';
import { type CaseResult, measuredValue } from './result.ts';

/** The measured value of a peer in a case; undefined if it was not measured. */
export type Measured = (caseName: string, peer?: PeerName) => number | undefined;

/** What Oriel must reach. */
export interface Target {
  readonly says: string;
  readonly wanted: string;
  readonly unit: '×' | 'ns' | 'ms' | 'B';
  of(measured: Measured): number | undefined;
  isMet(value: number): boolean;
}

/** Looks values up in results; a peer's name left out is Oriel's. */
export function measuredIn(results: readonly CaseResult[]): Measured {
  return (caseName, peer = 'oriel') => {
    const result = results.find((each) => each.case.name === caseName);
    return result === undefined ? undefined : measuredValue(result, peer);
  };
}

/** The peer takes at least so many times what Oriel takes. */
export function faster(says: string, factor: number, caseName: string, peer: PeerName): Target {
  return {
    says: `${says}, against ${peer}`,
    wanted: `at least ${factor} ×`,
    unit: '×',
    of: (measured) => ratio(measured(caseName, peer), measured(caseName)),
    isMet: (value) => value >= factor,
  };
}

/** Oriel takes less than a limit. */
export function below(says: string, limit: number, unit: 'ns' | 'ms', caseName: string): Target {
  return {
    says,
    wanted: `under ${limit} ${unit}`,
    unit,
    of: (measured) => measured(caseName),
    isMet: (value) => value < limit,
  };
}

/** Oriel takes at most so much longer than the same work without it, as a part of that. */
export function overhead(says: string, limit: number, caseName: string): Target {
  return {
    says,
    wanted: `at most ${limit} ×`,
    unit: '×',
    of: (measured) => ratio(measured(caseName), measured(caseName, 'bare')),
    isMet: (value) => value <= limit,
  };
}

/** What Oriel takes beyond the same work without it is less than a limit. */
export function added(says: string, limit: number, unit: 'ns' | 'ms', caseName: string): Target {
  return {
    says,
    wanted: `under ${limit} ${unit} more`,
    unit,
    of: (measured) => difference(measured(caseName), measured(caseName, 'bare')),
    isMet: (value) => value < limit,
  };
}

export function allocationFree(says: string, caseName: string): Target {
  return {
    says,
    wanted: 'nothing',
    unit: 'B',
    of: (measured) => measured(caseName),
    isMet: (value) => value === 0,
  };
}

/** What a series costs among many is at most so many times what it costs among few. */
export function flat(
  says: string,
  factor: number,
  few: { readonly case: string; readonly series: number },
  many: { readonly case: string; readonly series: number },
): Target {
  const perSeries = (measured: Measured, { case: name, series }: typeof few): number | undefined => {
    const value = measured(name);
    return value === undefined ? undefined : value / series;
  };
  return {
    says,
    wanted: `at most ${factor} ×`,
    unit: '×',
    of: (measured) => ratio(perSeries(measured, many), perSeries(measured, few)),
    isMet: (value) => value <= factor,
  };
}

/**
 * What a series takes for its numbers is less than a part of what it takes for those of another layout.
 *
 * What a series takes beside them, such as labels, is measured with a bare layout, of which the numbers are known.
 */
export function smaller(
  says: string,
  part: { readonly text: string; readonly value: number },
  cases: { readonly small: string; readonly large: string },
  bare: { readonly case: string; readonly numbers: number },
): Target {
  return {
    says,
    wanted: `under ${part.text}`,
    unit: '×',
    of: (measured) => {
      const labels = difference(measured(bare.case), bare.numbers);
      return ratio(difference(measured(cases.small), labels), difference(measured(cases.large), labels));
    },
    isMet: (value) => value < part.value,
  };
}

function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
