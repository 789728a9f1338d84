export * from './config/index.js';
export * from './cursor.js';
export * from './errors.js';
export * from './secrets.js';
export * from './time/index.js';
export * from './verbs.js';
