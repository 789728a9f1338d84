import { Permissions } from '#libs/permissions';
import { type Form, PageError } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { AREAS } from './choice/areas.js';
import {
  type ChosenRights,
  type ChosenTools,
  chosenTools,
  type Mode,
  offeredModes,
  offeredToolsets,
  toolsOf,
} from './choice/chosen-policy.js';
import { type Flow } from './flow.js';

/** Tools as the pages show them: what is ticked, what there is to tick, and the keys of the names. */
export interface OfferedTools extends ChosenTools {
  offered: readonly string[];
  names: typeof AREAS;
}

/** What people may choose, which is what the operator allows, and what a form has chosen of it. Anything else is refused, not left out. */
@Injectable()
export class Offers {
  constructor(private readonly permissions: Permissions) {}

  modes({ asked }: Pick<Flow, 'asked'>): readonly Mode[] {
    return offeredModes(asked === 'read' ? [...this.operator, { mode: 'read' }] : this.operator);
  }

  /** What the form says may be done; undefined when it names no mode that is offered. @throws PageError */
  rights(flow: Flow, form: Form): ChosenRights | undefined {
    const limit = form.text('limit');
    // What is not understood must not become "without limits".
    if (!['', 'places'].includes(limit)) throw new PageError('invalid_parameters', 'problem.field', flow.start);
    const mode = this.modes(flow).find((offered) => offered === form.text('mode'));
    return mode && { mode, limited: limit === 'places' };
  }

  /** @param form undefined = nothing was shown yet, so that what was granted before is ticked. @throws PageError */
  tools({ preset }: Flow, form?: Form): OfferedTools {
    const granted = preset ? toolsOf(preset) : { toolsets: [] };
    // What was granted before stays in sight when the operator has withdrawn it: left out, the last one would become "everything".
    const offered = [...new Set([...offeredToolsets(this.operator), ...granted.toolsets])];
    return { ...(form ? chosenTools(form, offered) : granted), offered, names: AREAS };
  }

  /** The key of the line that tells what the operator does not allow; undefined when everything is allowed. */
  get bound(): string | undefined {
    return { read: 'access.bound.read', selective: 'access.bound.selective', write: undefined }[
      offeredModes(this.operator).at(-1) ?? 'read'
    ];
  }

  /** The layers above what people choose. */
  get operator() {
    return this.permissions.granted(NO_LAYERS);
  }
}

/** No layers of a person or a grant, so that only those of the operator remain. */
const NO_LAYERS = Object.freeze([]);
