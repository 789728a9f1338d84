/** Every row of the operation table, by folder. The index of a folder names the files that export rows and nothing else; what they need beside (recovery, shared schemas) it leaves out. */
export * from './chat/index.js';
export * from './comments/index.js';
export * from './docs/index.js';
export * from './people/index.js';
export * from './tasks/index.js';
export * from './time/index.js';
export * from './views/index.js';
export * from './workspace/index.js';
