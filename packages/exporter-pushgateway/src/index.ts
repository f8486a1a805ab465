// The plug-in, by its name and as `backend`.
export { pushgateway, pushgateway as backend } from './backend.ts';
export type { PushgatewaySettings } from './settings.ts';
