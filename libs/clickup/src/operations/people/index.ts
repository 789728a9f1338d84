export * from './groups.js';
export * from './guest-access.js';
export * from './guests.js';
export * from './users.js';
