import type { actorMeasures } from '../catalogue/actor-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';
import { RunningTotal } from '../running-total.ts';

/** Events of actors. */
export interface ActorRecorders {
  actorStatusReported(event: ActorOperation): void;
  actorStatusReportFailed(event: ActorOperation & { readonly reason: string }): void;
  actorTableOperationReceived(event: ActorOperation): void;
  /** An actor was drained because its type moved; not for one that was idle. */
  actorRebalanced(event: OfActor): void;
  /** The application confirmed that an actor is gone, for whatever reason. */
  actorDeactivated(event: OfActor): void;
  actorDeactivationFailed(event: OfActor & { readonly reason: string }): void;
  /** A call waits for the lock of its actor; call the answer when it waits no more. */
  actorCallWaiting(event: OfActor): () => void;
  /** How many timers a type has now. */
  actorTimers(event: OfActor & { readonly count: number }): void;
  /** How many reminders a type has now. */
  actorReminders(event: OfActor & { readonly count: number }): void;
  actorReminderFired(event: OfActor & { readonly success: boolean }): void;
  actorTimerFired(event: OfActor & { readonly success: boolean }): void;
}

export interface OfActor {
  readonly actorType: string;
}

export interface ActorOperation extends OfActor {
  readonly operation: string;
}

/** Makes the recorders of actors. */
export function actorRecorders(
  measures: Handles<typeof actorMeasures>,
  { app_id }: Identity,
  seriesLimit: number,
): ActorRecorders {
  const of = (actor_type: string): { app_id: string; actor_type: string } => ({ app_id, actor_type });
  const waiting = new RunningTotal(seriesLimit, (type, calls) =>
    measures.pendingActorCalls.record(calls, of(type)),
  );
  return {
    actorStatusReported: ({ actorType, operation }) =>
      measures.actorStatusReport.record(1, { ...of(actorType), operation }),
    actorStatusReportFailed: ({ actorType, operation, reason }) =>
      measures.actorStatusReportFailed.record(1, { ...of(actorType), operation, reason }),
    actorTableOperationReceived: ({ actorType, operation }) =>
      measures.actorTableOperation.record(1, { ...of(actorType), operation }),
    actorRebalanced: ({ actorType }) => measures.actorRebalanced.record(1, of(actorType)),
    actorDeactivated: ({ actorType }) => measures.actorDeactivated.record(1, of(actorType)),
    actorDeactivationFailed: ({ actorType, reason }) =>
      measures.actorDeactivationFailed.record(1, { ...of(actorType), reason }),
    actorCallWaiting: ({ actorType }) => waiting.enter(actorType),
    actorTimers: ({ actorType, count }) => measures.actorTimers.record(count, of(actorType)),
    actorReminders: ({ actorType, count }) => measures.actorReminders.record(count, of(actorType)),
    actorReminderFired: ({ actorType, success }) =>
      measures.actorRemindersFired.record(1, { ...of(actorType), success: `${success}` }),
    actorTimerFired: ({ actorType, success }) =>
      measures.actorTimersFired.record(1, { ...of(actorType), success: `${success}` }),
  };
}
