import { type Authorize } from '#libs/clickup';
import { AppError } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { decide, type Policies } from './policy.js';

/** Judges what leaves for ClickUp. */
@Injectable()
export class Permissions {
  /** The judge that the transport asks before each write leaves; it throws AppError `forbidden`. */
  authorizer(policies: Policies): Authorize {
    return ({ id, verb, risk }, targets) => {
      const decision = decide(policies, verb, risk, targets);
      if (decision.allowed) return Promise.resolve();
      return Promise.reject(new AppError('forbidden', `Not allowed: ${decision.reason}.`, { details: { operation: id, reason: decision.reason } }));
    };
  }
}
