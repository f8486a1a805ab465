// Prints the names of all samples, for runs under restrictions that hold for a whole process.
import { processCollector, runtimeCollector } from '@oriel/collectors';
import { samples } from '../samples.ts';

const found = await samples(processCollector(), runtimeCollector());
console.log(JSON.stringify(Object.fromEntries(found)));
