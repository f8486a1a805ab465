// For programs that export.
export { otlp, otlp as backend } from './backend.ts';
export { describeSettings, type OtlpProtocol, type OtlpSettings } from './settings.ts';
