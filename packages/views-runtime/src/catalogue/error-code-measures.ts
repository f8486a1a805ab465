/** Error codes of replies. */
export const errorCodeMeasures = {
  total: {
    name: 'error_code/total',
    kind: 'count',
    unit: '1',
    tags: ['app_id', 'category', 'error_code'],
    today: 'error_codes_total',
    optIn: 'recordErrorCodes',
    description: 'Error replies with a known code.',
    when: 'an error reply over HTTP or gRPC',
    note: 'Opt-in: `recordErrorCodes`.',
  },
} as const;
