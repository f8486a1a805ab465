import type { Attributes } from '@opentelemetry/api';
import type { ScopeMetrics } from '@opentelemetry/sdk-metrics';

/** Where points come from. Newer SDKs have attributes here; the type of this one lacks them. */
export type Scope = ScopeMetrics['scope'] & { readonly attributes?: Attributes };
