import type { workflowEngineMeasures } from '../catalogue/workflow-engine-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import { countTimed, recordTime, type Timed } from './timing.ts';

/** Events inside the workflow engine. */
export interface WorkflowEngineRecorders {
  /** A completion was signed, or not. */
  attestationGenerated(event: {
    readonly kind: AttestationKind;
    readonly status: 'success' | 'failed';
  }): void;
  /** The signature of a completion was verified, or was missing. */
  attestationVerified(event: AttestationVerified): void;
  /** A trust chain was looked up. */
  certificateLookup(event: { readonly outcome: 'hit' | 'miss' }): void;
  /** A turn's payload as a part of what is allowed, where there is a limit. */
  payloadSize(event: { readonly workflow: string; readonly ratio: number }): void;
  /** The same for what an activity is given. */
  activityPayloadSize(event: ActivityPayload): void;
  /** Which way a completion took. */
  completionRouted(event: CompletionRoute): void;
  /** A wake on the fast path, or more of one kind. */
  localWake(event: { readonly status: LocalWakeStatus; readonly count?: number }): void;
  /** An activity on the fast path, or more of one kind. */
  localActivity(event: { readonly status: LocalActivityStatus; readonly count?: number }): void;
  /** An attempt to drive a wake. */
  localWakeDriven(event: Drive): void;
  /** An attempt to drive an activity. */
  localActivityDriven(event: Drive): void;
  /** A folded completion was settled; with a time, its sender waited so long. */
  completionFolded(event: Timed & { readonly status: 'folded' | 'fold_nacked' }): void;
  /** The lock of a turn was taken; every one counts, none is sampled. */
  lockTaken(event: {
    readonly operation: 'method' | 'reminder' | 'stream';
    readonly elapsedMs: number;
  }): void;
}

export type AttestationKind = 'child' | 'activity';

export interface AttestationVerified extends Timed {
  readonly kind: AttestationKind;
  readonly result: 'ok' | 'reject';
}

export interface ActivityPayload {
  readonly workflow: string;
  readonly activity: string;
  readonly ratio: number;
}

export interface CompletionRoute {
  readonly taskType: 'workflow' | 'activity';
  readonly route: 'wait_local' | 'wait_watch' | 'complete_local' | 'complete_actor';
}

export type LocalWakeStatus =
  | 'success'
  | 'failed'
  | 'escalated'
  | 'escalate_failed'
  | 'escalate_skipped_shutdown'
  | 'escalate_suppressed'
  | 'janitor_recovered'
  | 'janitor_fold_recovered'
  | 'stale_turn_rejected';

export type LocalActivityStatus =
  | 'success'
  | 'failed'
  | 'escalated'
  | 'escalate_failed'
  | 'escalate_skipped_shutdown'
  | 'janitor_redispatched'
  | 'janitor_redispatch_busy'
  | 'janitor_redispatch_failed'
  | 'janitor_redispatch_escalated'
  | 'janitor_redispatch_suppressed'
  | 'claim_evicted';

export interface Drive {
  readonly status: 'success' | 'failed';
  readonly elapsedMs: number;
}

type Measures = Handles<typeof workflowEngineMeasures>;

/** Makes the recorders of the workflow engine. */
export function workflowEngineRecorders(
  measures: Measures,
  { app_id, namespace }: Identity,
): WorkflowEngineRecorders {
  const m = measures;
  return {
    attestationGenerated: ({ kind, status }) =>
      m.attestationGenerated.record(1, { app_id, attestation_kind: kind, namespace, status }),
    attestationVerified({ kind, result, elapsedMs }) {
      const labels = { app_id, attestation_kind: kind, attestation_result: result, namespace };
      countTimed(m.attestationVerified, m.attestationVerifyLatency, labels, elapsedMs);
    },
    certificateLookup: ({ outcome }) =>
      m.certificateCache.record(1, { app_id, cert_cache_outcome: outcome, namespace }),
    payloadSize: ({ workflow, ratio }) =>
      m.payloadRatio.record(ratio, { app_id, namespace, workflow_name: workflow }),
    activityPayloadSize: ({ activity, workflow, ratio }) =>
      m.activityPayloadRatio.record(ratio, {
        activity_name: activity,
        app_id,
        namespace,
        workflow_name: workflow,
      }),
    completionRouted: ({ taskType, route }) =>
      m.completionRoute.record(1, { app_id, namespace, route, task_type: taskType }),
    localWake: ({ status, count = 1 }) => m.localWake.record(count, { app_id, namespace, status }),
    localActivity: ({ status, count = 1 }) => m.localActivity.record(count, { app_id, namespace, status }),
    localWakeDriven: ({ status, elapsedMs }) =>
      m.localWakeLatency.record(elapsedMs, { app_id, namespace, status }),
    localActivityDriven: ({ status, elapsedMs }) =>
      m.localActivityLatency.record(elapsedMs, { app_id, namespace, status }),
    completionFolded({ status, elapsedMs }) {
      m.completionFold.record(1, { app_id, namespace, status });
      recordTime(m.completionFoldWait, { app_id, namespace }, elapsedMs);
    },
    lockTaken: ({ operation, elapsedMs }) => m.lockWait.record(elapsedMs, { app_id, namespace, operation }),
  };
}

/** Makes the series that stand at zero before anything happened, so that a first increase shows. */
export function recordWorkflowZeros(recorders: WorkflowEngineRecorders): void {
  for (const status of ['janitor_recovered', 'janitor_fold_recovered', 'stale_turn_rejected'] as const)
    recorders.localWake({ status, count: 0 });
  for (const status of ['janitor_redispatched', 'janitor_redispatch_escalated', 'claim_evicted'] as const)
    recorders.localActivity({ status, count: 0 });
}
