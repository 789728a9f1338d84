import { type TransportContext } from '../calls/transport-context.js';

/** The parameters of a progress notification, without the token. */
interface Told {
  progress: number;
  total: number | undefined;
  message: string;
}

/** What a notification counts on that has nothing to count. */
const STEP = 0.001;
/** A call with many requests under way is told of a wait for each of them: it is said no more often than this, in milliseconds. */
const WAITS_APART_MS = 2_000;

/**
 * Tells the client of one call how far it has come, and that it waits for ClickUp's rate limit. Both are progress, which has to rise with
 * each notification (MCP, progress), so a wait counts a little.
 * @param now a monotonic clock in milliseconds
 */
export function progressOf(
  tell: (told: Told) => void,
  now: () => number = () => performance.now(),
): Required<Pick<TransportContext, 'progress' | 'waiting'>> {
  let last = 0;
  let whole: number | undefined;
  let waitToldAt = -Infinity;
  const say = (progress: number, message: string) => {
    last = progress > last ? progress : last + STEP;
    tell({ progress: last, total: whole, message });
  };
  return {
    progress: (done, total, message) => {
      whole = total;
      say(done, message);
    },
    waiting: ({ position, waitMs }) => {
      if (now() - waitToldAt < WAITS_APART_MS) return;
      waitToldAt = now();
      say(last, `waiting for ClickUp's rate limit: position ${position + 1}, about ${Math.ceil(waitMs / 1000)} s`);
    },
  };
}
