// For programs that show how they are doing.
export type { ProcessCollectorOptions } from './process-collector.ts';
export { processCollector } from './process-collector.ts';
export type { RuntimeCollectorOptions } from './runtime-collector.ts';
export { runtimeCollector } from './runtime-collector.ts';
export type { StartableCollector } from './startable-collector.ts';
