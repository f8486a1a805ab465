/** Why the system did not take a packet. */
export type RefusalCause = 'refused' | 'congested' | 'too_large' | 'other';

/** All of them, in the order of the documentation. */
export const refusalCauses: readonly RefusalCause[] = ['refused', 'congested', 'too_large', 'other'];

const byCode: Readonly<Record<string, RefusalCause>> = {
  ECONNREFUSED: 'refused',
  ENOENT: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EAGAIN: 'congested',
  ENOBUFS: 'congested',
  ENOMEM: 'congested',
  EMSGSIZE: 'too_large',
};

/** Sorts the error of a send by its system code. */
export function refusalOf(error: Error): RefusalCause {
  const code = 'code' in error ? String(error.code) : '';
  return byCode[code] ?? 'other';
}
