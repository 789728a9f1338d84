export * from './chat-channels.js';
export * from './chat-reads.js';
export * from './chat-writes.js';
