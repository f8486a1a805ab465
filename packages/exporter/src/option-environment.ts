import { MetricsError } from '@oriel/metrics';
import { suggestion } from './nearest-name.ts';
import type { OptionStore } from './option-store.ts';
import { optionTable } from './option-table.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'ORIEL_METRICS_';

/**
 * Reads the options' environment variables; an empty variable counts as unset.
 *
 * Errors: {@link MetricsError} `OPTION_UNKNOWN` for a variable that starts with `ORIEL_METRICS_` and stands
 * for no option, `OPTION_INVALID` for a bad value.
 */
export function readEnvironment(env: Environment, store: OptionStore): void {
  refuseUnknown(env);
  store.clear('environment');
  for (const option of optionTable) {
    const variable = option.variables.find((name) => isSet(env, name));
    if (variable === undefined) continue;
    store.setText(option, env[variable] ?? '', 'environment', `variable ${variable}`);
  }
}

function isSet(env: Environment, name: string): boolean {
  const value = env[name];
  return value !== undefined && value !== '' && !isServiceLink(name, value);
}

// Kubernetes describes a service called "oriel-metrics" to every pod in variables of these shapes.
function isServiceLink(name: string, value: string): boolean {
  if (/^ORIEL_METRICS_(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP|SCTP))(_|$)/.test(name)) return true;
  return name === 'ORIEL_METRICS_PORT' && /^(tcp|udp|sctp):\/\//.test(value);
}

function refuseUnknown(env: Environment): void {
  const known = optionTable.flatMap((option) => option.variables);
  for (const name of Object.keys(env)) {
    if (!name.startsWith(prefix) || known.includes(name) || isServiceLink(name, env[name] ?? '')) continue;
    const ours = known.filter((variable) => variable.startsWith(prefix));
    throw new MetricsError('OPTION_UNKNOWN', {
      message: `Cannot use variable "${name}": no option has this name; ${suggestion(name, ours)}`,
      details: { variable: name },
    });
  }
}
