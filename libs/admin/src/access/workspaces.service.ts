import { asUnavailable } from '#libs/connections';
import { type Role } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Standing } from './administrator.js';

/** The Workspaces that somebody has connected. */
@Injectable()
export class Workspaces {
  constructor(private readonly database: DataSource) {}

  /** All of them, for whoever has this role everywhere. @throws AppError `unavailable` */
  async all(role: Role): Promise<Standing[]> {
    try {
      const rows = await this.database.query<{ id: string }[]>('SELECT id FROM tenants ORDER BY id');
      return rows.map(({ id }) => ({ workspaceId: id, role }));
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}
