import type { componentMeasures } from '../catalogue/component-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import { countTimed, recordTime, type Timed } from './timing.ts';

/** Events of bindings, stores and other components. `component` is the name, not the type. */
export interface ComponentRecorders {
  inputBinding(event: ComponentOutcome): void;
  outputBinding(event: ComponentOperation): void;
  state(event: ComponentOperation<StateOperation>): void;
  configuration(event: ComponentOperation<'get' | 'subscribe' | 'unsubscribe'>): void;
  secret(event: ComponentOperation<'get' | 'bulk_get'>): void;
  conversation(event: ComponentOutcome): void;
  /** `crypto_op`, or `get` where a key was fetched. */
  crypto(event: ComponentOperation<'crypto_op' | 'get'>): void;
  /** A job was given to the application. */
  job(event: JobOutcome): void;
}

export interface ComponentOutcome extends Timed {
  readonly component: string;
  readonly success: boolean;
}

export interface ComponentOperation<Operation extends string = string> extends ComponentOutcome {
  readonly operation: Operation;
}

export type StateOperation = 'get' | 'set' | 'delete' | 'query' | 'transaction' | 'bulk_get' | 'bulk_delete';

export interface JobOutcome extends Timed {
  /** Default: `job_trigger_op`. */
  readonly operation?: string;
  readonly success: boolean;
}

/** Makes the recorders of components other than pub/sub. */
export function componentRecorders(
  measures: Handles<typeof componentMeasures>,
  { app_id, namespace }: Identity,
): ComponentRecorders {
  const outcome = ({ component, success }: ComponentOutcome): Record<OutcomeLabel, string> => ({
    app_id,
    component,
    namespace,
    success: `${success}`,
  });
  const operation = ({
    component,
    success,
    operation,
  }: ComponentOperation): Record<OperationLabel, string> => ({
    app_id,
    component,
    namespace,
    operation,
    success: `${success}`,
  });
  const m = measures;
  return {
    inputBinding: (event) =>
      countTimed(m.inputBindingCount, m.inputBindingLatency, outcome(event), event.elapsedMs),
    outputBinding: (event) =>
      countTimed(m.outputBindingCount, m.outputBindingLatency, operation(event), event.elapsedMs),
    state: (event) => countTimed(m.stateCount, m.stateLatency, operation(event), event.elapsedMs),
    configuration: (event) =>
      countTimed(m.configurationCount, m.configurationLatency, operation(event), event.elapsedMs),
    secret: (event) => countTimed(m.secretCount, m.secretLatency, operation(event), event.elapsedMs),
    conversation: (event) =>
      countTimed(m.conversationCount, m.conversationLatency, outcome(event), event.elapsedMs),
    crypto: (event) => countTimed(m.cryptoCount, m.cryptoLatency, operation(event), event.elapsedMs),
    job({ operation = 'job_trigger_op', success, elapsedMs }) {
      const labels = { app_id, namespace, operation, success: `${success}` };
      (success ? m.jobSuccess : m.jobFailure).record(1, labels);
      recordTime(m.jobLatency, labels, elapsedMs);
    },
  };
}

type OutcomeLabel = 'app_id' | 'component' | 'namespace' | 'success';
type OperationLabel = OutcomeLabel | 'operation';
