import type { Exemplar } from '@oriel/metrics';
import { exemplarPairs } from './exemplar-text.ts';
import type { ProtoBody } from './proto-body.ts';

/** Writes an exemplar as a field; nothing where there is none, or one longer than OpenMetrics allows. */
export function writeExemplar(body: ProtoBody, field: number, exemplar: Exemplar | undefined): void {
  const pairs = exemplar === undefined ? undefined : exemplarPairs(exemplar);
  if (exemplar === undefined || pairs === undefined) return;
  body.message(field, () => {
    for (const [name, value] of pairs) {
      body.message(1, () => {
        body.text(1, name);
        body.text(2, value);
      });
    }
    body.double(2, exemplar.value);
    body.time(3, exemplar.timestamp);
  });
}
