// For programs that measure their HTTP traffic.
export { type HttpInstrumentation, instrumentHttp, type InstrumentHttpOptions } from './instrument-http.ts';
export { httpClientViews, httpServerViews, httpViews } from './http-views.ts';
export { setRoute } from './http-route.ts';
export { expressMetrics, type ExpressMiddleware } from './express-metrics.ts';
export { type FastifyHost, fastifyMetrics, type FastifyMetricsPlugin } from './fastify-metrics.ts';
export type { RouteMetricsOptions } from './response-watch.ts';
export type { TagTransport } from './tag-propagation.ts';

// For views and recorders of one's own.
export { HTTP_LATENCY_BOUNDS, HTTP_SIZE_BOUNDS } from './http-views.ts';
export { httpClientMeasures, type HttpMeasures, httpServerMeasures, httpTagKeys } from './http-measures.ts';
export { openCensusRecorder, type OpenCensusRecorderOptions } from './opencensus-recorder.ts';
export type { HttpExchange, HttpFailure, HttpRecorder, HttpRequestInfo } from './http-exchange.ts';
export { RowCache } from './row-cache.ts';
export { decodeBaggage, encodeBaggage } from './baggage.ts';

// For labels of paths and verbs that stay few.
export { PathLabels, type PathLabelsOptions } from './path-labels.ts';
export { daprPaths, type PathDialect } from './path-dialect.ts';
export type { PathRules } from './path-rules.ts';
export { verbLabel } from './verb-label.ts';
export type { HttpSide } from './path-folds.ts';

// For the operator's file.
export { httpConfig } from './http-config.ts';
