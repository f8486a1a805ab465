import { isIP } from 'node:net';
import { readTarget } from './backend-target.ts';

/** Tells whether an option can have a value. */
export type OptionCheck<T> = (value: unknown) => value is T;

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** Integers from 0 to this one. */
export function integerTo(max: number): OptionCheck<number> {
  return (value): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}

/** Texts that pass a test of their own. */
export function textThat(passes: (text: string) => boolean): OptionCheck<string> {
  return (value): value is string => typeof value === 'string' && passes(value);
}

export function oneOf<T extends string>(choices: readonly T[]): OptionCheck<T> {
  return (value): value is T => choices.some((choice) => choice === value);
}

export function isListenAddress(address: string): boolean {
  if (address === '') return true;
  const bare = /^\[(.+)\]$/.exec(address)?.[1];
  if (bare !== undefined) return isIP(bare) === 6;
  if (isIP(address) !== 0) return true;
  // All digits and dots, yet no IP address: a typing mistake, not a host name.
  return address.length <= 253 && !/^[\d.]+$/.test(address) && /^(?!-)[\w-]+(\.[\w-]+)*\.?$/.test(address);
}

export function isUrlPath(path: string): boolean {
  if (/\/\.{1,2}(\/|$)/.test(path)) return false;
  return /^\/[^\s?#\\\p{Cc}\p{Cs}]*$/u.test(path);
}

export function isNamespace(text: string): boolean {
  return /^[^\s\p{Cc}\p{Cs}]{0,200}$/u.test(text);
}

export function isFilePath(path: string): boolean {
  return !path.includes('\0');
}

/** Different backend names or URLs, at least one. */
export function areTargets(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const different = new Set(value);
  return different.size === value.length && [...different].every(isTarget);
}

function isTarget(text: unknown): boolean {
  return typeof text === 'string' && readTarget(text) !== undefined;
}
