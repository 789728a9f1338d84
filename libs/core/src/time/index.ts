export { formatDuration, parseDuration } from './durations.js';
export { formatInstant, knownZone, parseWhen, type When } from './dates.js';
export { parsePeriod } from './ranges.js';
