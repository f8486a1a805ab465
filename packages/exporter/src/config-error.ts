import { MetricsError } from '@oriel/metrics';
import { shown } from './option-error.ts';

/** One thing that is wrong with a file. */
export interface ConfigProblem {
  readonly code: 'OPTION_INVALID' | 'OPTION_UNKNOWN';
  /** Where it stands in the text. */
  readonly offset: number;
  /** Place, field, value and cure. */
  readonly text: string;
}

const SHOWN_PROBLEMS = 10;

/** Refuses a file as a whole, with its problems in the order of its lines. */
export function configRefused(path: string, problems: readonly ConfigProblem[]): MetricsError {
  const sorted = problems.toSorted((a, b) => a.offset - b.offset);
  const more = sorted.length > SHOWN_PROBLEMS ? [`and ${sorted.length - SHOWN_PROBLEMS} more`] : [];
  const lines = [...sorted.slice(0, SHOWN_PROBLEMS).map((problem) => problem.text), ...more];
  return new MetricsError(sorted[0].code, {
    message: `Cannot use configuration file ${shown(path)}: ${lines.join('\n  ')}`,
    details: { file: path, problems: sorted.map((problem) => problem.text) },
  });
}

export function configUnreadable(path: string, fault: string, cause?: unknown): MetricsError {
  return new MetricsError('CONFIG_UNREADABLE', {
    message: `Cannot read configuration file ${shown(path)}: ${fault}`,
    details: { file: path },
    cause,
  });
}
