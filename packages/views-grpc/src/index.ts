// For programs that measure their RPCs.
export { grpcServerInterceptor, type GrpcServerInterceptorOptions } from './server-interceptor.ts';
export { grpcClientInterceptor, type GrpcClientInterceptorOptions } from './client-interceptor.ts';
export type { GrpcInterceptorOptions, TagPassage } from './settings.ts';

// For programs that decide what is kept.
export { grpcClientViews, grpcServerViews } from './views.ts';
export { grpcClientExtraViews, grpcServerExtraViews } from './views.ts';
export { grpcFaultViews } from './fault-counter.ts';
export { type GrpcMeasures, grpcClientMeasures, grpcServerMeasures, type MeasureName } from './measures.ts';

// For those who record measures of their own.
export type { GrpcCall, GrpcKind, GrpcRecorder, GrpcSide } from './grpc-call.ts';
export { openCensusRecorder, type OpenCensusRecorderOptions } from './open-census-recorder.ts';
export { OTHER_METHOD } from './method-names.ts';
export { statusName } from './status-name.ts';
