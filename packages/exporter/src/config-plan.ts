import { MetricsError, withLabels } from '@oriel/metrics';
import type { Mapping } from './config-value.ts';
import type { ConfigPlan, Configurable } from './configurable.ts';
import { shown } from './option-error.ts';

/** A part with what it plans for the values it was given. */
export interface PartPlan {
  readonly part: Configurable;
  readonly plan: ConfigPlan;
}

/** Has a part plan. One that throws, against its promise, has an issue with all of its fields. */
export function planFor(part: Configurable, values: Mapping): PartPlan {
  const own = part.fields.filter(({ name }) => Object.hasOwn(values, name));
  const given = Object.freeze(Object.fromEntries(own.map(({ name }) => [name, values[name]])));
  try {
    const plan = part.prepare(given);
    const labels = constLabelFault(plan.constLabels);
    if (labels === undefined) return { part, plan };
    return { part, plan: { ...plan, issues: [...plan.issues, ...faultOf(part, given, labels)] } };
  } catch (cause) {
    const fault = `the part that takes it failed with ${shown(messageOf(cause))}`;
    return {
      part,
      plan: { issues: faultOf(part, given, fault), warnings: [], constLabels: {}, commit: () => {} },
    };
  }
}

/** What all parts plan where there is no file. Errors: {@link MetricsError} `OPTION_INVALID`. */
export function plansWithoutFile(parts: readonly Configurable[]): PartPlan[] {
  const plans = parts.map((part) => planFor(part, {}));
  const [issue] = plans.flatMap(({ plan }) => plan.issues);
  if (issue === undefined) return plans;
  throw new MetricsError('OPTION_INVALID', {
    message: `Cannot use field ${shown(issue.path.map(String).join('.'))} without a file: ${issue.message}`,
    details: { issue },
  });
}

/** The constant labels of all plans; of two values for one name the later part's wins. */
export function constLabelsOf(plans: readonly PartPlan[]): Readonly<Record<string, string>> {
  return Object.freeze(Object.assign({}, ...plans.map(({ plan }) => plan.constLabels)));
}

/** Makes every plan so; what a part fails with, against its promise, keeps none of the others back. */
export function commitPlans(plans: readonly PartPlan[]): MetricsError | undefined {
  let failure: MetricsError | undefined;
  for (const { part, plan } of plans) {
    try {
      plan.commit();
    } catch (cause) {
      const names = part.fields.map(({ name }) => shown(name)).join(', ');
      failure ??= new MetricsError('OPTION_INVALID', {
        message: `Cannot apply fields ${names}: the part that takes them failed with ${shown(messageOf(cause))}`,
        cause,
      });
    }
  }
  return failure;
}

function faultOf(part: Configurable, given: Mapping, message: string): ConfigPlan['issues'] {
  const [name = part.fields[0]?.name] = Object.keys(given);
  return [{ path: name === undefined ? [] : [name], message }];
}

function constLabelFault(labels: Readonly<Record<string, string>>): string | undefined {
  try {
    withLabels(labels, undefined);
    return undefined;
  } catch (cause) {
    return `its constant labels cannot be used (${messageOf(cause)}); use others`;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
