import { deriveKey, MASTER_KEY, sealer } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type Mandate } from '../access/mandate.js';
import { type PageQuery } from './page-query.dto.js';

/** A part of a list, and what leads to the next one. */
export interface ListPage<Row> {
  data: Row[];
  /** Null = this was the last. */
  next_cursor: string | null;
}

type Asked = Pick<PageQuery, 'cursor' | 'limit'> & { sort?: string };

/** Pages of lists: a cursor holds the sort key of the last row that was shown, so what comes or goes meanwhile moves nothing. */
@Injectable()
export class Paging {
  private readonly key: Buffer;

  constructor(@Inject(MASTER_KEY) masterKey: Buffer | undefined) {
    // Without a master key nobody is let in, so there is nothing to list.
    this.key = masterKey ? deriveKey(masterKey, 'rest-cursor') : Buffer.alloc(32);
  }

  /**
   * The sort key after which the page begins; undefined = at the start.
   * @param list its name: a cursor is good for the list, the Workspace and whoever it was made for
   * @throws AppError `invalid_parameters` for a cursor that was not made here for that
   */
  after<Key>(list: string, mandate: Mandate, { cursor, sort }: Asked): Key | undefined {
    return cursor === undefined ? undefined : (this.sealer(list, mandate, sort).open(cursor) as Key);
  }

  /**
   * Makes a page of the rows that were found.
   * @param rows one more than `limit`, where there are more
   * @param keyOf what {@link after} gives back for the row
   */
  page<Row, Shown>(
    list: string,
    mandate: Mandate,
    { limit, sort }: Asked,
    rows: readonly Row[],
    keyOf: (row: Row) => unknown,
    show: (row: Row) => Shown,
  ): ListPage<Shown> {
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      data: shown.map(show),
      next_cursor: last === undefined ? null : this.sealer(list, mandate, sort).seal(keyOf(last)),
    };
  }

  private sealer(list: string, { administrator, workspaceId, ownOnly = '' }: Mandate, sort = '') {
    return sealer(this.key, [list, administrator.id, workspaceId, ownOnly, sort].join('\n'), 'cursor');
  }
}
