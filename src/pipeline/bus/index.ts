/** The RunBus and what wakes those who wait on it. */
export { Pulse } from './pulse.ts';
export { RunBus, type Subscription } from './run-bus.ts';
export { Wake } from './wake.ts';
