export * from './doc-pages.js';
export * from './docs.js';
