// Collects garbage in bursts that never leave the event loop, and prints V8's count beside the collector's.
import { setImmediate as turn } from 'node:timers/promises';
import { GCProfiler } from 'node:v8';
import { runtimeCollector } from '@oriel/collectors';
import { samples } from '../samples.ts';

const runtime = runtimeCollector();
// A collection may fall between two lines: one count begins and ends inside the collector's, one around it.
const around = new GCProfiler();
const inside = new GCProfiler();
around.start();
runtime.start();
inside.start();
for (let burst = 0; burst < 10; burst++) {
  makeGarbage(200_000);
  await turn();
}
const least = inside.stop();
// V8's entries reach the observer one turn later.
for (let quiet = 0; quiet < 5; quiet++) await turn();
const found = await samples(runtime);
const most = around.stop();
runtime.stop();

const counted: Record<string, number> = {};
for (const [key, value] of found) {
  const kind = /^nodejs_gc_duration_seconds_count\{kind=(.*)\}$/.exec(key)?.[1];
  if (kind !== undefined && value > 0) counted[kind] = value;
}
console.log(JSON.stringify({ counted, least: byType(least), most: byType(most) }));

function byType({ statistics }: ReturnType<GCProfiler['stop']>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { gcType } of statistics) counts[gcType] = (counts[gcType] ?? 0) + 1;
  return counts;
}

function makeGarbage(objects: number): void {
  let kept: unknown[] = [];
  for (let i = 0; i < objects; i++) {
    kept.push({ i, text: `garbage ${i}` });
    if (kept.length > 20_000) kept = [];
  }
}
