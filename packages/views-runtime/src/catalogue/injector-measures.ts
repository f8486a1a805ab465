/** The sidecar injector. */
export const injectorMeasures = {
  requests: {
    name: 'injector/sidecar_injection/requests_total',
    kind: 'count',
    unit: '1',
    tags: [],
    today: 'injector_sidecar_injection_requests_total',
    description: 'Requests to inject a sidecar.',
    when: 'an admission request came in',
  },
  succeeded: {
    name: 'injector/sidecar_injection/succeeded_total',
    kind: 'count',
    unit: '1',
    tags: ['app_id'],
    today: 'injector_sidecar_injections_total',
    description: 'Sidecars that were injected.',
    when: 'a pod was patched',
  },
  failed: {
    name: 'injector/sidecar_injection/failed_total',
    kind: 'count',
    unit: '1',
    tags: ['app_id', 'reason'],
    today: 'injector_sidecar_injection_failures_total',
    description: 'Sidecars that could not be injected, by reason.',
    when: 'an injection failed',
  },
} as const;
