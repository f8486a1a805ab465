import { actorMeasures } from './catalogue/actor-measures.ts';
import { componentMeasures } from './catalogue/component-measures.ts';
import { errorCodeMeasures } from './catalogue/error-code-measures.ts';
import { grpcMeasures } from './catalogue/grpc-measures.ts';
import { httpMeasures } from './catalogue/http-measures.ts';
import { injectorMeasures } from './catalogue/injector-measures.ts';
import { invocationMeasures } from './catalogue/invocation-measures.ts';
import { operatorMeasures } from './catalogue/operator-measures.ts';
import { placementMeasures } from './catalogue/placement-measures.ts';
import { pubsubMeasures } from './catalogue/pubsub-measures.ts';
import { resiliencyMeasures } from './catalogue/resiliency-measures.ts';
import { schedulerMeasures } from './catalogue/scheduler-measures.ts';
import { sentryMeasures } from './catalogue/sentry-measures.ts';
import { serviceMeasures } from './catalogue/service-measures.ts';
import { workflowEngineMeasures } from './catalogue/workflow-engine-measures.ts';
import { workflowMeasures } from './catalogue/workflow-measures.ts';
import type { Installation } from './installation.ts';
import { type ActorRecorders, actorRecorders } from './recorders/actor-recorders.ts';
import { type ComponentRecorders, componentRecorders } from './recorders/component-recorders.ts';
import {
  type InjectorRecorders,
  injectorRecorders,
  type OperatorRecorders,
  operatorRecorders,
  type PlacementRecorders,
  placementRecorders,
  type SentryRecorders,
  sentryRecorders,
} from './recorders/control-plane-recorders.ts';
import { type ErrorCodeEvent, errorCodeRecorder } from './recorders/error-code-recorder.ts';
import { type GrpcRecorders, grpcRecorders } from './recorders/grpc-recorders.ts';
import { type HttpRecorders, httpRecorders } from './recorders/http-recorders.ts';
import { type InvocationRecorders, invocationRecorders } from './recorders/invocation-recorders.ts';
import { type PubsubRecorders, pubsubRecorders } from './recorders/pubsub-recorders.ts';
import { type ResiliencyRecorders, resiliencyRecorders } from './recorders/resiliency-recorders.ts';
import { type SchedulerRecorders, schedulerRecorders } from './recorders/scheduler-recorders.ts';
import { type ServiceRecorders, serviceRecorders } from './recorders/service-recorders.ts';
import {
  type WorkflowEngineRecorders,
  workflowEngineRecorders,
} from './recorders/workflow-engine-recorders.ts';
import { type WorkflowRecorders, workflowRecorders } from './recorders/workflow-recorders.ts';

/** A function for each event of a runtime, by subject. */
export interface RecorderSet {
  /** Components, mTLS, actors, access policies, service invocation. */
  readonly service: ServiceRecorders & ActorRecorders & InvocationRecorders;
  readonly http: HttpRecorders;
  readonly grpc: GrpcRecorders;
  /** Pub/sub, bindings, state, configuration, secrets, conversation, cryptography, jobs. */
  readonly component: PubsubRecorders & ComponentRecorders;
  readonly resiliency: ResiliencyRecorders;
  readonly workflow: WorkflowRecorders & WorkflowEngineRecorders;
  /** An error reply with a known code. */
  errorCode(event: ErrorCodeEvent): void;
  readonly placement: PlacementRecorders;
  readonly operator: OperatorRecorders;
  readonly sentry: SentryRecorders;
  readonly injector: InjectorRecorders;
  readonly scheduler: SchedulerRecorders;
}

/** Makes the recorders over what was installed. */
export function recorderSet(installation: Installation): RecorderSet {
  const { settings, breakerStates } = installation;
  const { identity, profile, seriesLimit } = settings;
  const handles: Installation['handles'] = (part, group) => installation.handles(part, group);
  return {
    service: {
      ...serviceRecorders(handles('service', serviceMeasures), identity),
      ...actorRecorders(handles('service', actorMeasures), identity, seriesLimit),
      ...invocationRecorders(handles('service', invocationMeasures), identity),
    },
    http: httpRecorders(handles('http', httpMeasures), identity, settings),
    grpc: grpcRecorders(handles('grpc', grpcMeasures), identity, profile),
    component: {
      ...pubsubRecorders(handles('component', pubsubMeasures), identity),
      ...componentRecorders(handles('component', componentMeasures), identity),
    },
    resiliency: resiliencyRecorders(handles('resiliency', resiliencyMeasures), identity, breakerStates),
    workflow: {
      ...workflowRecorders(handles('workflow', workflowMeasures), identity),
      ...workflowEngineRecorders(handles('workflow', workflowEngineMeasures), identity),
    },
    errorCode: errorCodeRecorder(handles('errorCode', errorCodeMeasures), identity, () =>
      installation.dropped('errorCode'),
    ),
    placement: placementRecorders(handles('placement', placementMeasures), seriesLimit),
    operator: operatorRecorders(handles('operator', operatorMeasures)),
    sentry: sentryRecorders(handles('sentry', sentryMeasures)),
    injector: injectorRecorders(handles('injector', injectorMeasures)),
    scheduler: schedulerRecorders(handles('scheduler', schedulerMeasures), seriesLimit),
  };
}
