import { type Call, type Handler } from '../call.js';
import { refuse } from '../refusal.js';
import { guestWire, sharedWire } from '../wire/person.js';
import { type Level, LEVELS, type Shareable } from '../world/sharing.js';
import { type Workspace } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { enterprise, guestOf } from './person-address.js';
import { taskOf } from './task-address.js';

type Found = [object: Shareable, workspace: Workspace];

const task = (call: Call): Found => {
  const found = taskOf(call, call.path.task_id);
  return [found, workspaceOf(found.list)];
};
const list = ({ access, path }: Call): Found => {
  const found = access.list(path.list_id);
  return [found, workspaceOf(found)];
};
const folder = ({ access, path }: Call): Found => {
  const found = access.folder(path.folder_id);
  return [found, found.space.workspace];
};

/** Shares the object with the guest, or changes the level where it is shared already. */
const add =
  (find: (call: Call) => Found): Handler =>
  (call) => {
    const [object, workspace] = find(call);
    const guest = guestOf(call, enterprise(call, workspace));
    const { permission_level } = call.body;
    if (typeof permission_level !== 'string' || !Object.hasOwn(LEVELS, permission_level)) throw refuse.levelInvalid();
    call.world.people.sharing.give(object, guest, permission_level as Level);
    return answer(call, workspace);
  };

/** Taking away what was not shared answers 200 and does nothing. */
const remove =
  (find: (call: Call) => Found): Handler =>
  (call) => {
    const [object, workspace] = find(call);
    call.world.people.sharing.take(object, guestOf(call, enterprise(call, workspace)));
    return answer(call, workspace);
  };

function answer(call: Call, workspace: Workspace): object {
  const { world, query } = call;
  const guest = guestOf(call, workspace);
  return {
    guest: {
      ...guestWire(world, workspace, guest),
      ...(query.text('include_shared') === 'false' ? {} : { shared: sharedWire(world, workspace, guest) }),
    },
  };
}

export const AddGuestToTask = add(task);
export const RemoveGuestFromTask = remove(task);
export const AddGuestToList = add(list);
export const RemoveGuestFromList = remove(list);
export const AddGuestToFolder = add(folder);
export const RemoveGuestFromFolder = remove(folder);
