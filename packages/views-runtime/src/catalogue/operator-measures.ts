/** The operator. */
export const operatorMeasures = {
  serviceCreated: {
    name: 'operator/service_created_total',
    kind: 'count',
    unit: '1',
    tags: ['app_id'],
    today: 'operator_services_created_total',
    description: 'Services that were made for apps.',
    when: 'a service was created',
  },
  serviceUpdated: {
    name: 'operator/service_updated_total',
    kind: 'count',
    unit: '1',
    tags: ['app_id'],
    today: 'operator_services_updated_total',
    description: 'Services of apps that were changed.',
    when: 'a service was updated',
  },
  serviceDeleted: {
    name: 'operator/service_deleted_total',
    kind: 'count',
    unit: '1',
    tags: ['app_id'],
    today: 'operator_services_deleted_total',
    description: 'Services of apps that were removed.',
    when: 'a service was deleted',
    note: 'Dapr never records it.',
  },
} as const;
