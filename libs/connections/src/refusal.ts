import { type ClickUpClient, GetAuthorizedUser } from '#libs/clickup';
import { AppError } from '#libs/core';

/**
 * A client that notices when ClickUp no longer accepts its credential. One 401 may be a slip of ClickUp's, so the
 * question who we are is asked once more; when that is refused too, nothing else is sent (fault 30).
 * @param refused is told once, and makes the error that this call and all later ones of the client end with
 */
export function noticingRefusal(client: ClickUpClient, refused: (error: AppError) => Promise<AppError>): ClickUpClient {
  /** Undefined = accepted after all. */
  let verdict: Promise<AppError | undefined> | undefined;

  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    const ended = await verdict;
    if (ended) throw ended;
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      verdict ??= confirmed(client).then((certain) => (certain ? refused(error) : undefined));
      throw (await verdict) ?? error;
    }
  };
  return {
    credential: client.credential,
    shelf: client.shelf,
    stats: client.stats,
    call: (operation, args) => watched(() => client.call(operation, args)),
    judge: (operation, calls) => watched(() => client.judge(operation, calls)),
  };
}

const isRefusal = (error: unknown): error is AppError => error instanceof AppError && error.code === 'invalid_credentials';

/** Whether ClickUp does not even say any more whose credential it is; any other failure proves nothing. */
async function confirmed(client: ClickUpClient): Promise<boolean> {
  try {
    await client.call(GetAuthorizedUser, {});
    return false;
  } catch (error) {
    return isRefusal(error);
  }
}
