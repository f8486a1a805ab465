import type { workflowMeasures } from '../catalogue/workflow-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import { countTimed, recordTime, type Timed } from './timing.ts';

/** Events of workflows and activities. */
export interface WorkflowRecorders {
  /** A request to the engine ended. */
  workflowOperation(event: WorkflowOperation): void;
  /** A workflow ended, or a turn of it failed; `elapsedMs` only where it ended, from its start event. */
  workflowExecution(event: WorkflowExecution): void;
  /** The first turn of a workflow: how long after its scheduled start. */
  workflowScheduled(event: { readonly workflow: string; readonly elapsedMs: number }): void;
  /** An activity was handed to the engine. */
  activityOperation(event: ActivityOperation): void;
  /** The result of an activity was processed. */
  activityExecution(event: ActivityExecution): void;
}

export interface WorkflowOperation extends Timed {
  readonly operation: 'create_workflow' | 'get_workflow' | 'add_event' | 'purge_workflow';
  readonly status: 'success' | 'failed';
}

export interface WorkflowExecution extends Timed {
  /** Its name. */
  readonly workflow: string;
  readonly status: 'success' | 'failed' | 'terminated' | 'recoverable';
}

export interface ActivityOperation extends Timed {
  /** Its name. */
  readonly activity: string;
  readonly status: 'success' | 'recoverable';
}

export interface ActivityExecution extends Timed {
  /** Its name. */
  readonly activity: string;
  readonly status: 'success' | 'failed' | 'recoverable';
}

/** Makes the recorders of workflows and activities. */
export function workflowRecorders(
  measures: Handles<typeof workflowMeasures>,
  { app_id, namespace }: Identity,
): WorkflowRecorders {
  const m = measures;
  return {
    workflowOperation({ operation, status, elapsedMs }) {
      const labels = { app_id, namespace, operation, status };
      countTimed(m.operationCount, m.operationLatency, labels, elapsedMs);
    },
    workflowExecution({ workflow, status, elapsedMs }) {
      const labels = { app_id, namespace, status, workflow_name: workflow };
      countTimed(m.executionCount, m.executionLatency, labels, elapsedMs);
    },
    workflowScheduled: ({ workflow, elapsedMs }) =>
      recordTime(m.schedulingLatency, { app_id, namespace, workflow_name: workflow }, elapsedMs),
    activityOperation({ activity, status, elapsedMs }) {
      const labels = { activity_name: activity, app_id, namespace, status };
      countTimed(m.activityOperationCount, m.activityOperationLatency, labels, elapsedMs);
    },
    activityExecution({ activity, status, elapsedMs }) {
      const labels = { activity_name: activity, app_id, namespace, status };
      countTimed(m.activityExecutionCount, m.activityExecutionLatency, labels, elapsedMs);
    },
  };
}
