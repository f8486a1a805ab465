import type { errorCodeMeasures } from '../catalogue/error-code-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';

/** An error reply with a known code. */
export interface ErrorCodeEvent {
  /** Such as `ERR_STATE_STORE_NOT_FOUND`; without one nothing is counted. */
  readonly code: string;
  readonly category: ErrorCategory;
}

export type ErrorCategory =
  | 'actor'
  | 'workflow'
  | 'state'
  | 'configuration'
  | 'crypto'
  | 'secret'
  | 'pubsub'
  | 'conversation'
  | 'service-invocation'
  | 'binding'
  | 'lock'
  | 'job'
  | 'health'
  | 'common'
  | 'pluggable-component';

/** Makes the recorder of error codes; a reply without code or category is dropped, and told. */
export function errorCodeRecorder(
  measures: Handles<typeof errorCodeMeasures>,
  { app_id }: Identity,
  onDropped: () => void,
): (event: ErrorCodeEvent) => void {
  return ({ code, category }) => {
    if (code && category) measures.total.record(1, { app_id, category, error_code: code });
    else onDropped();
  };
}
