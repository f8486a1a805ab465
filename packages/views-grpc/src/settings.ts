import { type CounterChild, MetricsError, quote } from '@oriel/metrics';
import { defaultStats, type Stats, type TagFilter } from '@oriel/stats';
import { FaultCounter } from './fault-counter.ts';
import type { GrpcRecorder, GrpcSide } from './grpc-call.ts';
import { GuardedRecorder } from './guarded-recorder.ts';
import { tagKeysOf } from './measures.ts';
import { MethodNames } from './method-names.ts';
import { openCensusRecorder } from './open-census-recorder.ts';

const METHOD_LIMIT = 1000;

/** What the interceptors of both sides can be told. */
export interface GrpcInterceptorOptions {
  /** Where the measures are, and where faults are counted. Default: `defaultStats()`. */
  readonly stats?: Stats;
  /** What makes measurements of RPCs. Default: {@link openCensusRecorder} over `stats`. */
  readonly recorder?: GrpcRecorder;
  /** Distinct methods; further ones are `_OTHER`. Infinity for no limit. Default: 1000. */
  readonly methodLimit?: number;
}

/** Options that were checked, with what is made of them once. */
export interface InterceptorSettings {
  readonly names: MethodNames;
  readonly faults: FaultCounter;
  readonly recorder: Required<GrpcRecorder>;
}

/** Checks the options of a side and makes what its RPCs share. Errors: {@link MetricsError} `ARGUMENT_INVALID`. */
export function settingsOf(side: GrpcSide, options: GrpcInterceptorOptions): InterceptorSettings {
  const { stats = defaultStats(), recorder, methodLimit = METHOD_LIMIT } = options;
  if (methodLimit !== Number.POSITIVE_INFINITY && (!Number.isInteger(methodLimit) || methodLimit < 1)) {
    throw refusal(side, 'methodLimit', methodLimit, 'a whole number from 1, or Infinity');
  }
  if (recorder !== undefined && typeof recorder?.ended !== 'function') {
    throw refusal(side, 'recorder', recorder, 'an object with a function ended(call)');
  }
  const faults = new FaultCounter(side, stats);
  return {
    names: new MethodNames(methodLimit, foldCounter(side, stats)),
    faults,
    recorder: new GuardedRecorder(recorder ?? openCensusRecorder({ stats }), faults),
  };
}

/** Counts methods beyond the limit; the `Stats` shows it from the first of them on. */
function foldCounter(side: GrpcSide, stats: Stats): () => void {
  let counter: CounterChild | undefined;
  return () => {
    counter ??= stats.foldCounter(`grpc.io/${side}/started_rpcs`, tagKeysOf(side).method);
    counter.inc();
  };
}

/** Which tags cross a border: none, all, or those of a filter. */
export type TagPassage = boolean | TagFilter;

/** Checks a choice of tags. Errors: {@link MetricsError} `ARGUMENT_INVALID`. */
export function checkPassage(side: GrpcSide, option: string, passage: TagPassage): TagPassage {
  if (typeof passage === 'boolean' || passage?.kind === 'tagFilter') return passage;
  throw refusal(side, option, passage, 'true, false or a tagFilter');
}

/** Checks a switch. Errors: {@link MetricsError} `ARGUMENT_INVALID`. */
export function checkSwitch(side: GrpcSide, option: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value;
  throw refusal(side, option, value, 'true or false');
}

function refusal(side: GrpcSide, option: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make gRPC ${side} interceptor: ${option} is ${quote(value)}; use ${wanted}`,
    details: { option, value },
  });
}
