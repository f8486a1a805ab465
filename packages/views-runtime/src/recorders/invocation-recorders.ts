import type { invocationMeasures } from '../catalogue/invocation-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import { recordTime, type Timed } from './timing.ts';

/** Events of access policies and of service invocation. */
export interface InvocationRecorders {
  /** The access control list decided on a call of another app. */
  accessDecided(event: AccessDecision): void;
  /** The workflow access policy decided on an operation of another app. */
  workflowAccessDecided(event: WorkflowAccessDecision): void;
  /** A request leaves for another app. */
  requestSent(event: { readonly callee: string; readonly type: CallType }): void;
  /** A request of another app came in; left out or empty, the caller is `unknown`. */
  requestReceived(event: { readonly caller?: string }): void;
  /** The response to a request of another app leaves. */
  responseSent(event: { readonly caller: string; readonly status: string | number }): void;
  /** The response of another app came in. */
  responseReceived(event: InvocationResponse): void;
}

export interface AccessDecision {
  /** Whether a rule for the app decided, or the default. */
  readonly rule: 'app' | 'global';
  readonly allowed: boolean;
  readonly caller: string;
  readonly callerNamespace: string;
  readonly trustDomain: string;
}

export interface WorkflowAccessDecision {
  readonly allowed: boolean;
  readonly caller: string;
  /** `schedule`, `get`, `terminate`, `raise`, `pause`, `resume`, `purge`, `rerun` or, for reminders, `invoke`. */
  readonly operation: string;
  readonly type: 'workflow' | 'activity' | 'reminder';
}

export type CallType = 'unary' | 'streaming';

export interface InvocationResponse extends Timed {
  readonly callee: string;
  readonly status: string | number;
  readonly type: CallType;
}

/** Makes the recorders of access policies and service invocation. */
export function invocationRecorders(
  measures: Handles<typeof invocationMeasures>,
  { app_id }: Identity,
): InvocationRecorders {
  return {
    accessDecided(event) {
      decisionOf(measures, event).record(1, {
        app_id,
        src_app_id: event.caller,
        namespace: event.callerNamespace,
        src_namespace: event.callerNamespace,
        trustDomain: event.trustDomain,
        trust_domain: event.trustDomain,
      });
    },
    workflowAccessDecided({ allowed, caller, operation, type }) {
      const measure = allowed ? measures.workflowAclAllowed : measures.workflowAclDenied;
      measure.record(1, { app_id, src_app_id: caller, operation, type });
    },
    requestSent: ({ callee, type }) => measures.requestSent.record(1, { app_id, dst_app_id: callee, type }),
    requestReceived: ({ caller }) =>
      measures.requestReceived.record(1, { app_id, src_app_id: caller || 'unknown' }),
    responseSent({ caller, status }) {
      measures.responseSent.record(1, {
        app_id,
        dst_app_id: caller,
        src_app_id: caller,
        status: `${status}`,
      });
    },
    responseReceived({ callee, status, type, elapsedMs }) {
      const labels = { app_id, dst_app_id: callee, src_app_id: callee, status: `${status}`, type };
      measures.responseReceived.record(1, labels);
      if (type === 'unary') recordTime(measures.responseLatency, labels, elapsedMs);
    },
  };
}

type Decision = Handles<typeof invocationMeasures>['appPolicyAllowed'];

function decisionOf(
  measures: Handles<typeof invocationMeasures>,
  { allowed, rule }: AccessDecision,
): Decision {
  if (rule === 'app') return allowed ? measures.appPolicyAllowed : measures.appPolicyBlocked;
  return allowed ? measures.globalPolicyAllowed : measures.globalPolicyBlocked;
}
