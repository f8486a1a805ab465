// For programs that export.
export { otlp, otlp as backend } from './backend.ts';
export type { OtlpProtocol, OtlpSettings } from './settings.ts';
