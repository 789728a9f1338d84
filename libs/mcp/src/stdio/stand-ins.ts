import { type Readers } from '#libs/approvals';
import { type Access } from '#libs/auth';
import { type Connections } from '#libs/connections';
import { type Jobs } from '#libs/jobs';

/**
 * Nothing goes on without its caller here: the process ends with its client. What a call does not come to, its answer tells as not begun,
 * and the same call goes on where it ended (`mayHaveJobs`).
 */
export const NO_JOBS: Pick<Jobs, 'of' | 'cancel' | 'told'> = {
  of: () => Promise.resolve(undefined),
  cancel: () => Promise.resolve(false),
  told: () => undefined,
};

/** There is no server that could show a page or an icon, and no token that could lack a scope. */
export const NO_PAGES: Pick<Access, 'iconUrl' | 'pageUrl' | 'scopeChallenge'> = {
  iconUrl: () => undefined,
  pageUrl: (path) => path,
  scopeChallenge: () => 'Bearer',
};

/** The caller brings its ClickUp credential in the environment, so there is no connection to be marked. */
export const NO_CONNECTIONS: Pick<Connections, 'needsReauth'> = { needsReauth: () => Promise.resolve() };

/** Whether the one caller has read texts of others: from then on it has, until the process ends. */
export class MemoryReaders implements Pick<Readers, 'note' | 'has'> {
  private noted = false;

  note(): Promise<void> {
    this.noted = true;
    return Promise.resolve();
  }

  has(): Promise<boolean> {
    return Promise.resolve(this.noted);
  }
}
