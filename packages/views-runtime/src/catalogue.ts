import { actorMeasures } from './catalogue/actor-measures.ts';
import { componentMeasures } from './catalogue/component-measures.ts';
import { errorCodeMeasures } from './catalogue/error-code-measures.ts';
import { grpcMeasures } from './catalogue/grpc-measures.ts';
import { httpMeasures } from './catalogue/http-measures.ts';
import { injectorMeasures } from './catalogue/injector-measures.ts';
import { invocationMeasures } from './catalogue/invocation-measures.ts';
import { operatorMeasures } from './catalogue/operator-measures.ts';
import { placementMeasures } from './catalogue/placement-measures.ts';
import { pubsubMeasures } from './catalogue/pubsub-measures.ts';
import { resiliencyMeasures } from './catalogue/resiliency-measures.ts';
import { schedulerMeasures } from './catalogue/scheduler-measures.ts';
import { sentryMeasures } from './catalogue/sentry-measures.ts';
import { serviceMeasures } from './catalogue/service-measures.ts';
import { workflowEngineMeasures } from './catalogue/workflow-engine-measures.ts';
import { workflowMeasures } from './catalogue/workflow-measures.ts';
import type { MeasureDefinition, MeasureGroup } from './measure-definition.ts';

/** A subject whose measures and views are switched on together. */
export type Part = SidecarPart | ControlPlanePart;

export type SidecarPart = 'service' | 'http' | 'grpc' | 'component' | 'resiliency' | 'workflow' | 'errorCode';

export type ControlPlanePart = 'placement' | 'operator' | 'sentry' | 'injector' | 'scheduler';

const byPart: Readonly<Record<Part, readonly MeasureGroup[]>> = {
  service: [serviceMeasures, actorMeasures, invocationMeasures],
  http: [httpMeasures],
  grpc: [grpcMeasures],
  component: [pubsubMeasures, componentMeasures],
  resiliency: [resiliencyMeasures],
  workflow: [workflowMeasures, workflowEngineMeasures],
  errorCode: [errorCodeMeasures],
  placement: [placementMeasures],
  operator: [operatorMeasures],
  sentry: [sentryMeasures],
  injector: [injectorMeasures],
  scheduler: [schedulerMeasures],
};

/** All parts, in the order of the reference. */
export const parts: readonly Part[] = Object.freeze(Object.keys(byPart) as Part[]);

/** The parts of a sidecar, whose measures carry its `app_id`. */
export const sidecarParts: readonly SidecarPart[] = Object.freeze([
  'service',
  'http',
  'grpc',
  'component',
  'resiliency',
  'workflow',
  'errorCode',
]);

/** The parts of the control plane: each is a program of its own. */
export const controlPlaneParts: readonly ControlPlanePart[] = Object.freeze([
  'placement',
  'operator',
  'sentry',
  'injector',
  'scheduler',
]);

/** A measure of the catalogue and the part that it belongs to. */
export interface CatalogueEntry extends MeasureDefinition {
  readonly part: Part;
}

/** All 134 measures, part by part. */
export const catalogue: readonly CatalogueEntry[] = Object.freeze(
  parts.flatMap((part) =>
    byPart[part].flatMap((group) =>
      Object.values(group).map((definition) => Object.freeze({ part, ...definition })),
    ),
  ),
);

/** The groups of measures of a part. */
export function groupsOf(part: Part): readonly MeasureGroup[] {
  return byPart[part];
}
