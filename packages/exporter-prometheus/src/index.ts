// For programs that export by options: the plug-in, by its name and as `backend`.
export { prometheus, prometheus as backend } from './backend.ts';
export type { PrometheusSettings } from './backend-settings.ts';

// For programs with a server, or in need of one.
export { type MetricsServer, type MetricsServerOptions, serveMetrics } from './metrics-server.ts';
export { readWebFlags, webFlagHelp, webFlags } from './web-flags.ts';
export type { WebFlag, WebFlagName, WebFlagValues } from './web-flags.ts';
export type { ServerLimits } from './web-server.ts';
export type { ServerAddress } from './listen-address.ts';
export { type RequestHandler, scrapeHandler } from './scrape-handler.ts';
export type { ScrapeHandlerOptions } from './scrape-settings.ts';
export type { LandingLink, LandingPageOptions } from './landing-page.ts';
export { HandlerMetrics } from './handler-metrics.ts';

// For those who write pages elsewhere: into files, gateways, other servers.
export { encode } from './encode.ts';
export type { EncodeOptions, Format } from './format.ts';
export type { Escaping, TranslationStrategy } from '@oriel/encoding';
export { type MediaFormat, type Negotiated, negotiate, type NegotiateOptions } from './negotiate.ts';
