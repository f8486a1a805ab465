// For programs that export by options: the plug-in, by its name and as `backend`.
export { prometheus, prometheus as backend } from './backend.ts';
export type { PrometheusSettings } from './backend-settings.ts';

// For programs with a server, or in need of one.

export type { LandingLink, LandingPageOptions } from './landing-page.ts';
export type { MetricsServer, MetricsServerOptions } from './metrics-server.ts';
export { serveMetrics } from './metrics-server.ts';
export type { RequestHandler } from './scrape-handler.ts';
export { scrapeHandler } from './scrape-handler.ts';
export type { ScrapeHandlerOptions } from './scrape-settings.ts';

// For those who write pages elsewhere: into files, gateways, other servers.

export { encode } from './encode.ts';
export type { EncodeOptions, Escaping, Format, TranslationStrategy } from './format.ts';
export { HandlerMetrics } from './handler-metrics.ts';
export type { MediaFormat, Negotiated, NegotiateOptions } from './negotiate.ts';
export { negotiate } from './negotiate.ts';
