import { ApiProperty } from '@nestjs/swagger';

/** Describes the answer of a list in the document of the API. */
export function listOf<Row>(row: new () => Row): new () => { data: Row[]; next_cursor: string | null } {
  class List {
    @ApiProperty({ type: [row] }) data!: Row[];
    @ApiProperty({ type: 'string', nullable: true, description: 'Leads to the next page; null = this was the last.' })
    next_cursor!: string | null;
  }
  Object.defineProperty(List, 'name', { value: `${row.name}List` });
  return List;
}

/** A moment as answers show it (RFC 3339), without fractions that are zero. */
export const written = (moment: Date): string => moment.toISOString().replace('.000Z', 'Z');
