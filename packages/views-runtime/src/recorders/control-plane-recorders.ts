import type { injectorMeasures } from '../catalogue/injector-measures.ts';
import type { operatorMeasures } from '../catalogue/operator-measures.ts';
import type { placementMeasures } from '../catalogue/placement-measures.ts';
import type { sentryMeasures } from '../catalogue/sentry-measures.ts';
import type { Handles } from '../handle.ts';
import { RunningTotal } from '../running-total.ts';

/** Events of the placement service. */
export interface PlacementRecorders {
  /** A sidecar connected; call the answer when it leaves. */
  hostConnected(event: HostConnected): () => void;
  /** A namespace is gone: its gauges stand at 0, and its hosts leave unnoticed. */
  namespaceEnded(event: { readonly hostNamespace: string }): void;
  /** Whether this replica leads now. */
  leadership(event: { readonly leading: boolean }): void;
}

export interface HostConnected {
  readonly hostNamespace: string;
  /** Whether it has actor types. */
  readonly hostsActors: boolean;
}

/** Makes the recorders of the placement service. */
export function placementRecorders(
  measures: Handles<typeof placementMeasures>,
  seriesLimit: number,
): PlacementRecorders {
  const hosts = new RunningTotal(seriesLimit, (host_namespace, n) =>
    measures.runtimes.record(n, { host_namespace }),
  );
  const actorHosts = new RunningTotal(seriesLimit, (host_namespace, n) =>
    measures.actorRuntimes.record(n, { host_namespace }),
  );
  return {
    hostConnected({ hostNamespace, hostsActors }) {
      const leave = hosts.enter(hostNamespace);
      const leaveActors = hostsActors ? actorHosts.enter(hostNamespace) : undefined;
      return () => {
        leave();
        leaveActors?.();
      };
    },
    namespaceEnded({ hostNamespace }) {
      hosts.reset(hostNamespace);
      actorHosts.reset(hostNamespace);
    },
    leadership({ leading }) {
      measures.leaderStatus.record(leading ? 1 : 0, {});
      measures.raftLeaderStatus.record(leading ? 1 : 0, {});
    },
  };
}

/** Events of the operator. */
export interface OperatorRecorders {
  serviceCreated(event: OfApp): void;
  serviceUpdated(event: OfApp): void;
  serviceDeleted(event: OfApp): void;
}

export interface OfApp {
  /** The app that the event is about. */
  readonly appId: string;
}

/** Makes the recorders of the operator. */
export function operatorRecorders(measures: Handles<typeof operatorMeasures>): OperatorRecorders {
  return {
    serviceCreated: ({ appId }) => measures.serviceCreated.record(1, { app_id: appId }),
    serviceUpdated: ({ appId }) => measures.serviceUpdated.record(1, { app_id: appId }),
    serviceDeleted: ({ appId }) => measures.serviceDeleted.record(1, { app_id: appId }),
  };
}

/** Events of the certificate authority. */
export interface SentryRecorders {
  /** A request for a certificate came in. */
  requestReceived(): void;
  signed(): void;
  signFailed(event: { readonly reason: string }): void;
  /** Sentry's own certificate could not be made: `invalid_csr`, `ca_error`. */
  serverCertificateFailed(event: { readonly reason: string }): void;
  /** A CA was generated, or the issuer's file changed. */
  issuerChanged(): void;
  /** A CA was loaded that expires then. */
  issuerLoaded(event: { readonly expiresAt: Date }): void;
}

/** Makes the recorders of the certificate authority. */
export function sentryRecorders(measures: Handles<typeof sentryMeasures>): SentryRecorders {
  return {
    requestReceived: () => measures.requestReceived.record(1, {}),
    signed: () => measures.signed.record(1, {}),
    signFailed: ({ reason }) => measures.signFailed.record(1, { reason }),
    serverCertificateFailed: ({ reason }) => measures.serverCertificateFailed.record(1, { reason }),
    issuerChanged: () => measures.issuerChanged.record(1, {}),
    issuerLoaded: ({ expiresAt }) => measures.issuerExpiry.record(expiresAt.getTime() / 1000, {}),
  };
}

/** Events of the sidecar injector. */
export interface InjectorRecorders {
  /** An admission request came in. */
  requested(): void;
  /** A pod was patched. */
  injected(event: OfApp): void;
  injectionFailed(event: OfApp & { readonly reason: InjectionFailure }): void;
}

export type InjectionFailure = 'pod_patch' | 'response' | 'write_response' | 'patch';

/** Makes the recorders of the sidecar injector. */
export function injectorRecorders(measures: Handles<typeof injectorMeasures>): InjectorRecorders {
  return {
    requested: () => measures.requests.record(1, {}),
    injected: ({ appId }) => measures.succeeded.record(1, { app_id: appId }),
    injectionFailed: ({ appId, reason }) => measures.failed.record(1, { app_id: appId, reason }),
  };
}
