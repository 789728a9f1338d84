/** Options of the driver: TCP asks after so long whether the other side is still there, which the system would do after two hours. */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;
