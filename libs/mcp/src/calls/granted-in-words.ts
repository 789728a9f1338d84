import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { Permissions, type Policies } from '#libs/permissions';
import { Injectable } from '@nestjs/common';
import { limitInWords } from './limit-in-words.js';

/** Says what a caller may do, and who can change that where. */
@Injectable()
export class GrantedInWords {
  constructor(
    private readonly permissions: Permissions,
    private readonly access: Access,
  ) {}

  /** For the instructions of a server. */
  of(caller: Caller): string {
    const layers = this.permissions.granted(caller.policies);
    const [reads, writes] = [limitInWords(layers, true), limitInWords(layers, false)];
    if (!readsOnly(layers) && !reads && !writes) return 'You may read and write.';
    const may = readsOnly(layers) ? `You may only read. ${reads}` : `You may read and write. Writing: ${writes}`;
    return `${may.trim()} ${this.change(caller)}`;
  }

  /** Why a tool may be missing, and how a person can allow it; undefined where everything is granted. */
  lacking(caller: Caller): string | undefined {
    return readsOnly(this.permissions.granted(caller.policies))
      ? `This connection is read-only. ${this.change(caller)}`
      : undefined;
  }

  /** Who can grant more. The operator's own layer bounds everybody, so no page can widen it. */
  private change(caller: Caller): string {
    const operator = this.permissions.granted([])[0];
    if (operator?.mode === 'read' || caller.connection === undefined)
      return 'Only the operator of this gateway can change that, in its configuration.';
    if (caller.kind === 'server_url')
      return 'What this server URL may do was set when it was made: whoever made it can make another one.';
    return `A person can change that at ${this.access.pageUrl('/sessions')}, and it is in force with the next call.`;
  }
}

const readsOnly = (layers: Policies): boolean => layers.some(({ mode }) => mode === 'read');
