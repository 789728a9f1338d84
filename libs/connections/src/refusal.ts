import { type ClickUpClient, GetAuthorizedUser } from '#libs/clickup';
import { AppError } from '#libs/core';

/**
 * A client that notices when ClickUp no longer accepts its credential. One 401 may be a slip of ClickUp's, so the
 * question who we are is asked once more; when that is refused too, nothing else is sent (fault 30).
 * @param certain whether it is refused for certain; asked once
 * @param refused makes the error that this call and all later ones of the client end with
 */
export function noticingRefusal(
  client: ClickUpClient,
  certain: () => Promise<boolean>,
  refused: (error: AppError) => AppError,
): ClickUpClient {
  /** Undefined = accepted after all. */
  let verdict: Promise<AppError | undefined> | undefined;

  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    const ended = await verdict;
    if (ended) throw ended;
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      verdict ??= certain().then((yes) => (yes ? refused(error) : undefined));
      throw (await verdict) ?? error;
    }
  };
  return {
    credential: client.credential,
    cachePartition: client.cachePartition,
    stats: client.stats,
    call: (operation, args) => watched(() => client.call(operation, args)),
    judge: (operation, calls) => watched(() => client.judge(operation, calls)),
  };
}

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'invalid_credentials';

/** Verdicts by connection: of many calls that ClickUp refuses at the same time one asks, and the others wait for what it learns. */
export class Verdicts {
  private readonly pending = new Map<string, Promise<boolean>>();

  /**
   * Whether ClickUp does not even say any more whose credential it is; any other failure proves nothing.
   * @param note is told before anybody else when it is so
   */
  of(connectionId: string, client: ClickUpClient, note: () => Promise<void>): Promise<boolean> {
    const joined = this.pending.get(connectionId);
    if (joined) return joined;
    const verdict = confirmed(client)
      .then(async (certain) => {
        if (certain) await note();
        return certain;
      })
      .finally(() => this.pending.delete(connectionId));
    this.pending.set(connectionId, verdict);
    return verdict;
  }
}

async function confirmed(client: ClickUpClient): Promise<boolean> {
  try {
    await client.call(GetAuthorizedUser, {});
    return false;
  } catch (error) {
    return isRefusal(error);
  }
}
