import type { BreakerState, BreakerStates } from '../breaker-states.ts';
import { breakerStates } from '../breaker-states.ts';
import type { resiliencyMeasures } from '../catalogue/resiliency-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';

/** Events of resiliency policies. */
export interface ResiliencyRecorders {
  /** A policy resource was loaded. */
  policyLoaded(event: { readonly name: string }): void;
  /** A retry or timeout policy was taken for a call. */
  policyUsed(event: PolicyUse): void;
  /** The first retry or the first timeout of a call. */
  policyActivated(event: PolicyUse): void;
  /** A circuit breaker was taken for a call; sets its state too. */
  breakerUsed(event: BreakerEvent): void;
  /** A circuit breaker is now in this state: an activation, and all four states at once. */
  breakerChanged(event: BreakerEvent): void;
}

/** Where a policy stands. */
export interface PolicyPlace {
  /** Of the policy resource. */
  readonly name: string;
  readonly flowDirection: 'inbound' | 'outbound';
  /** `app_<id>`, `actor_<type>` or `<componentType>_<name>`. */
  readonly target: string;
}

export interface PolicyUse extends PolicyPlace {
  readonly policy: 'retry' | 'timeout';
}

export interface BreakerEvent extends PolicyPlace {
  readonly state: BreakerState;
}

type Measures = Handles<typeof resiliencyMeasures>;

/** Makes the recorders of resiliency policies. */
export function resiliencyRecorders(
  measures: Measures,
  { app_id, namespace }: Identity,
  states: BreakerStates | undefined,
): ResiliencyRecorders {
  const labelsOf = (
    { name, flowDirection, target }: PolicyPlace,
    policy: string,
    status: string,
  ): Labels => ({
    app_id,
    flow_direction: flowDirection,
    name,
    namespace,
    policy,
    status,
    target,
  });
  const used = (event: PolicyUse): Labels => labelsOf(event, event.policy, '');
  const setState = (event: BreakerEvent): Labels => {
    const state = breakerStates.includes(event.state) ? event.state : 'unknown';
    const labels = labelsOf(event, 'circuitbreaker', state);
    for (const status of breakerStates)
      measures.breakerState.record(status === state ? 1 : 0, { ...labels, status });
    states?.set(labels, state);
    return labels;
  };
  return {
    policyLoaded: ({ name }) => measures.loaded.record(1, { app_id, name, namespace }),
    policyUsed: (event) => measures.count.record(1, used(event)),
    policyActivated: (event) => measures.activations.record(1, used(event)),
    breakerUsed: (event) => measures.count.record(1, setState(event)),
    breakerChanged: (event) => measures.activations.record(1, setState(event)),
  };
}

type Labels = Record<
  'app_id' | 'flow_direction' | 'name' | 'namespace' | 'policy' | 'status' | 'target',
  string
>;
