export * from './time-estimates.js';
export * from './time-extras.js';
export * from './time-in-status.js';
export * from './time-legacy.js';
export * from './time-reads.js';
export * from './time-writes.js';
