import { type Socket } from 'node:net';

/** How soon it shows that a client is gone and has not only stopped talking, in milliseconds. */
const LOOK_MS = 500;

/**
 * A client may close its half of the connection and still wait for answers, as a script does whose input has ended. The library would close
 * the other half at once; here it does so when nothing is under way any more. A process that was killed looks the same at first, until
 * something is sent to it: then the system reports it, and the socket closes.
 * @param look sends something
 * @param idle resolves when nothing is under way
 */
export function keepHalfOpen(raw: Socket, look: () => void, idle: () => Promise<void>): void {
  const close = raw.listeners('end') as (() => void)[];
  raw.removeAllListeners('end');
  raw.once('end', () => {
    const looking = setInterval(look, LOOK_MS);
    raw.once('close', () => clearInterval(looking));
    look();
    idle()
      .then(() => {
        clearInterval(looking);
        for (const each of close) each.call(raw);
      })
      .catch(() => raw.destroy());
  });
}
