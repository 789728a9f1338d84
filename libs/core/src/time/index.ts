export { type Duration, formatDuration, parseDuration } from './durations.js';
export { formatInstant, parseWhen, type When } from './dates.js';
