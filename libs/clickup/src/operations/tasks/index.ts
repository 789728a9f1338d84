export * from './attachments.js';
export * from './checklists.js';
export * from './fields.js';
export * from './relations.js';
export * from './task-places.js';
export * from './task-reads.js';
export * from './task-writes.js';
export * from './templates.js';
