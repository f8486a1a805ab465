// Starts everything and stops nothing: ends only if nothing started keeps a process alive.
import { processCollector, runtimeCollector } from '@oriel/collectors';

processCollector().start();
runtimeCollector().start();
console.log('{}');
