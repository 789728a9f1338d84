export { type Duration, formatDuration, parseDuration } from './durations.js';
export { formatInstant, knownZone, parseWhen, type When, type WhenOptions } from './dates.js';
export { type Weekday } from './periods.js';
export { dayRange, type DayRange } from './ranges.js';
