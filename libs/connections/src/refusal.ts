import { aroundCalls, type ClickUpClient, GetAuthorizedUser } from '#libs/clickup';
import { AppError } from '#libs/core';

/**
 * A client that notices when ClickUp no longer accepts its credential. One 401 may be a fault of ClickUp's, so it is
 * asked once more whose credential this is; when that is refused too, nothing else is sent (fault 30).
 * @param certain finds out whether the credential is really refused; called once
 * @param refused makes the error that this call and all later ones of the client end with
 */
export function noticingRefusal(
  client: ClickUpClient,
  certain: () => Promise<boolean>,
  refused: (error: AppError) => AppError,
): ClickUpClient {
  /** Resolves to undefined when ClickUp accepted the credential the second time. */
  let verdict: Promise<AppError | undefined> | undefined;

  const noticed = async (error: unknown): Promise<never> => {
    if (!isRefusal(error)) throw error;
    verdict ??= certain().then((yes) => (yes ? refused(error) : undefined));
    throw (await verdict) ?? error;
  };
  const afterVerdict = async <T>(work: () => Promise<T>): Promise<T> => {
    const ended = await verdict;
    if (ended) throw ended;
    return work().catch(noticed);
  };
  return aroundCalls(client, (work) => (verdict ? afterVerdict(work) : work().catch(noticed)));
}

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'invalid_credentials';

/** Asks once per credential: when ClickUp refuses many calls at the same time, one of them asks and the others wait for its answer. */
export class Verdicts {
  private readonly pending = new Map<string, Promise<boolean>>();

  /**
   * Asks ClickUp whose credential it is. Only a refusal of that question counts; any other failure proves nothing.
   * @param id of the connection, or of what else the credential belongs to
   * @param note stores the refusal; it runs before any caller hears of it
   */
  of(id: string, client: ClickUpClient, note: () => Promise<void>): Promise<boolean> {
    const joined = this.pending.get(id);
    if (joined) return joined;
    const verdict = confirmed(client)
      .then(async (certain) => {
        if (certain) await note();
        return certain;
      })
      .finally(() => this.pending.delete(id));
    this.pending.set(id, verdict);
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
