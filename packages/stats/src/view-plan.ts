import type { ValueRewriter } from './value-rewriter.ts';
import { sameView, type View } from './view.ts';

/** A view as it is to run. */
export interface ViewPlan {
  /** With the operator's tags, aggregation and limit. */
  readonly view: View;
  /** The tag that each of the view's tags is read from, in the same order. */
  readonly sources: readonly string[];
  /** What rewrites the values of each source, in the same order; empty if nothing does. */
  readonly rewriters: readonly (ValueRewriter | undefined)[];
  /** How long a row may go without an update, in milliseconds; Infinity for ever. */
  readonly expiryMs: number;
}

/** Whether what runs for one plan can run on for the other. */
export function samePlan(a: ViewPlan, b: ViewPlan): boolean {
  return sameView(a.view, b.view) && a.view.description === b.view.description && sameLookup(a, b);
}

/** Whether two plans find the same rows for the same tags. */
export function sameLookup(a: ViewPlan, b: ViewPlan): boolean {
  return (
    a.view.seriesLimit === b.view.seriesLimit &&
    a.expiryMs === b.expiryMs &&
    a.sources.length === b.sources.length &&
    a.sources.every((source, i) => source === b.sources[i] && a.rewriters[i]?.key === b.rewriters[i]?.key)
  );
}
