/** The RunBus and what wakes those who wait on it. */
export { Pulse } from './pulse.ts';
export { type QueueBounds, RunBus, Subscription, type SubscriptionOptions } from './run-bus.ts';
export { Wake } from './wake.ts';
