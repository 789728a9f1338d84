import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { Permissions, type Policies, type Policy } from '#libs/permissions';
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

  /** Who can grant more. The layers of the operator and of the Workspace bound everybody, so no page of a person can widen them. */
  private change(caller: Caller): string {
    const operator = this.permissions.granted([])[0];
    if (operator?.mode === 'read' || caller.connection === undefined)
      return 'Only the operator of this gateway can change that, in its configuration.';
    const narrowing = caller.policies.filter(narrows);
    if (narrowing.some(bindsAll) || (narrowing.length > 0 && narrowing.every(({ layer }) => layer === 'workspace')))
      return 'Only an administrator of this Workspace can change that, in its policy.';
    if (caller.kind === 'server_url')
      return 'What this server URL may do was set when it was made: whoever made it can make another one.';
    return `A person can change that at ${this.access.pageUrl('/sessions')}, and it is in force with the next call.`;
  }
}

/** Whether a layer says less than "read and write everywhere". */
const narrows = ({ mode, read }: Policy): boolean => mode !== 'write' || read !== undefined;
/** Whatever a person granted, the Workspace is read-only. */
const bindsAll = ({ layer, mode }: Policy): boolean => layer === 'workspace' && mode === 'read';
const readsOnly = (layers: Policies): boolean => layers.some(({ mode }) => mode === 'read');
