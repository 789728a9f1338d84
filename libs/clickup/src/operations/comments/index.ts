export * from './chat-view-comments.js';
export * from './comment-reads.js';
export * from './comment-writes.js';
