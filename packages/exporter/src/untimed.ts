import type { Snapshot } from '@oriel/metrics';

/** A snapshot without the times of single samples, for receivers that refuse them. */
export function untimed(snapshot: Snapshot): Snapshot {
  const families = snapshot.families.map((family) =>
    family.parts.some(({ timestamps }) => timestamps !== undefined)
      ? { ...family, parts: family.parts.map(({ timestamps: _, ...part }) => part) }
      : family,
  );
  return { ...snapshot, families };
}
