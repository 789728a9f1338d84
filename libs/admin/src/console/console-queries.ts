import { IsIn, IsOptional } from 'class-validator';
import { ConnectionsQuery } from '../connections/connections.dto.js';
import { GrantsQuery } from '../grants/grants.dto.js';
import { PeopleQuery } from '../people/people.dto.js';
import { PageQuery } from '../rest/page-query.dto.js';

/** What a list says has just been done. */
const DONE = ['ended'];

export class ConsoleConnectionsQuery extends ConnectionsQuery {
  @IsOptional() @IsIn(DONE) done?: string;
}
export class ConsoleGrantsQuery extends GrantsQuery {
  @IsOptional() @IsIn(DONE) done?: string;
}
export class ConsoleClientsQuery extends PageQuery {
  @IsOptional() @IsIn(['clients']) done?: string;
}
export class ConsolePeopleQuery extends PeopleQuery {
  @IsOptional() @IsIn(DONE) done?: string;
}
