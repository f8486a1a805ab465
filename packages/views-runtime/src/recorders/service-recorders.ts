import type { serviceMeasures } from '../catalogue/service-measures.ts';
import type { Handles } from '../handle.ts';
import type { Identity } from '../identity.ts';

/** Events of components and of mTLS. */
export interface ServiceRecorders {
  /** A component was loaded, not yet initialized. */
  componentLoaded(): void;
  /** A component is ready; `component` is its type, such as `state.redis`. */
  componentInitialized(event: { readonly component: string }): void;
  /** A component, or the name resolver, could not be made ready. */
  componentInitFailed(event: ComponentFailure): void;
  /** The first identity for mTLS is there. */
  mtlsInitialized(): void;
  mtlsInitFailed(event: { readonly reason: string }): void;
  certificateRotated(): void;
  certificateRotationFailed(event: { readonly reason: CertificateFailure }): void;
}

export interface ComponentFailure {
  /** Its type, such as `state.redis`. */
  readonly component: string;
  /** Its name. */
  readonly componentName: string;
  readonly reason: 'creation' | 'init';
}

/** Why a certificate could not be renewed: the connection, the token, the signature, the time, the JWT. */
export type CertificateFailure =
  | 'sentry_conn'
  | 'sentry_token'
  | 'sign'
  | 'invalid_ts'
  | 'jwt_parse'
  | 'jwt_aud';

/** Makes the recorders of components and mTLS. */
export function serviceRecorders(
  measures: Handles<typeof serviceMeasures>,
  { app_id }: Identity,
): ServiceRecorders {
  return {
    componentLoaded: () => measures.componentLoaded.record(1, { app_id }),
    componentInitialized: ({ component }) => measures.componentInit.record(1, { app_id, component }),
    componentInitFailed: ({ component, componentName, reason }) =>
      measures.componentInitFailed.record(1, {
        app_id,
        component,
        componentName,
        component_name: componentName,
        reason,
      }),
    mtlsInitialized: () => measures.mtlsInit.record(1, { app_id }),
    mtlsInitFailed: ({ reason }) => measures.mtlsInitFailed.record(1, { app_id, reason }),
    certificateRotated: () => measures.certificateRotated.record(1, { app_id }),
    certificateRotationFailed: ({ reason }) =>
      measures.certificateRotationFailed.record(1, { app_id, reason }),
  };
}
