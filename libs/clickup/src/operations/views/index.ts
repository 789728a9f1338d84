export * from './view-reads.js';
export * from './view-writes.js';
