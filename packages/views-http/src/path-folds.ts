import { type Collector, Desc, type FamilySink } from '@oriel/metrics';

/** Who a label is for: requests that are answered, or requests that are sent. */
export type HttpSide = 'server' | 'client';

/** Why a label does not say which path or verb it was. */
export type FoldCause = 'path_unmatched' | 'path_limit' | 'path_too_long' | 'verb_unknown';

const causes: readonly FoldCause[] = ['path_unmatched', 'path_limit', 'path_too_long', 'verb_unknown'];

const folded = new Desc({
  name: 'oriel_http_labels_folded_total',
  type: 'counter',
  help: 'Paths and verbs whose label is shared with others, by side of the request and cause.',
  labelNames: ['side', 'cause'],
});

/** The self-metric of `PathLabels`: what was folded, where and why. Eight series, whatever is asked for. */
export class FoldCounter implements Collector {
  readonly #counts: Readonly<Record<HttpSide, Record<FoldCause, number>>> = {
    server: zeros(),
    client: zeros(),
  };

  add(side: HttpSide, cause: FoldCause): void {
    this.#counts[side][cause]++;
  }

  describe(): Desc[] {
    return [folded];
  }

  collect(out: FamilySink): void {
    for (const [side, counts] of Object.entries(this.#counts)) {
      for (const cause of causes) out.counter(folded, counts[cause], [side, cause]);
    }
  }
}

function zeros(): Record<FoldCause, number> {
  return { path_unmatched: 0, path_limit: 0, path_too_long: 0, verb_unknown: 0 };
}
