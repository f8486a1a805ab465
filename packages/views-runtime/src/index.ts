// For programs that measure a runtime.
export { type RuntimeMetrics, runtimeMetrics } from './runtime-metrics.ts';
export type { RuntimeMetricsOptions } from './runtime-options.ts';
export type { Profile } from './profile.ts';
export type { Part } from './catalogue.ts';

// For the operator's file.
export { type RuntimeConfig, type RuntimeConfigField, runtimeConfig } from './runtime-config.ts';

// The functions by subject, and their events.
export type { RecorderSet } from './recorder-set.ts';
export type { ServiceRecorders } from './recorders/service-recorders.ts';
export type { ActorRecorders } from './recorders/actor-recorders.ts';
export type {
  AccessDecision,
  InvocationRecorders,
  InvocationResponse,
} from './recorders/invocation-recorders.ts';
export type { HttpRecorders } from './recorders/http-recorders.ts';
export type { HttpClientEvent, HttpServerEvent } from './recorders/http-event.ts';
export type { HttpExchangeRecorder, HttpRecorderOptions } from './recorders/http-exchange.ts';
export type { GrpcRecorders } from './recorders/grpc-recorders.ts';
export type { GrpcEvent } from './recorders/grpc-event.ts';
export type { GrpcCallRecorder, GrpcRecorderOptions } from './recorders/grpc-call.ts';
export type {
  PubsubBulkEgress,
  PubsubBulkIngress,
  PubsubIngress,
  PubsubRecorders,
} from './recorders/pubsub-recorders.ts';
export type {
  ComponentOperation,
  ComponentOutcome,
  ComponentRecorders,
} from './recorders/component-recorders.ts';
export type { BreakerEvent, PolicyUse, ResiliencyRecorders } from './recorders/resiliency-recorders.ts';
export type { BreakerState } from './breaker-states.ts';
export type { WorkflowRecorders } from './recorders/workflow-recorders.ts';
export type { WorkflowEngineRecorders } from './recorders/workflow-engine-recorders.ts';
export type { ErrorCodeEvent } from './recorders/error-code-recorder.ts';
export type { SchedulerRecorders } from './recorders/scheduler-recorders.ts';

// For those who document what there is.
export { type CatalogueEntry, catalogue } from './catalogue.ts';
export type { MeasureDefinition } from './measure-definition.ts';
