import { type Policy } from '#libs/permissions';
import { widened } from './widened.js';

const places = (...spaces: string[]) => ({ spaces, folders: [], lists: [] });

test.each<[Policy, Policy, keyof Policy | undefined]>([
  [{ mode: 'write' }, { mode: 'read' }, undefined],
  [{ mode: 'read' }, { mode: 'write' }, 'mode'],
  [{ mode: 'read' }, { mode: 'selective', write: places('1') }, 'mode'],
  [{ mode: 'write' }, { mode: 'selective', write: places('1') }, undefined],
  [{ mode: 'selective', write: places('1', '2') }, { mode: 'selective', write: places('2') }, undefined],
  [{ mode: 'selective', write: places('1') }, { mode: 'selective', write: places('2') }, 'write'],
  [{ mode: 'selective' }, { mode: 'selective', write: places('2') }, 'write'],
  [{ mode: 'write', read: places('1') }, { mode: 'write' }, 'read'],
  [{ mode: 'write', read: places('1') }, { mode: 'write', read: places('1', '2') }, 'read'],
  [{ mode: 'write' }, { mode: 'write', read: places('1') }, undefined],
  [{ mode: 'write', methods: ['get'] }, { mode: 'write' }, 'methods'],
  [{ mode: 'write', toolsets: ['tasks'] }, { mode: 'write', toolsets: ['docs'] }, 'toolsets'],
  [{ mode: 'write', enabledTools: ['get_me'] }, { mode: 'write', enabledTools: [] }, undefined],
  [{ mode: 'write', disabledTools: ['delete_task'] }, { mode: 'write' }, 'disabledTools'],
  [{ mode: 'write', disabledToolsets: ['docs'] }, { mode: 'write', disabledToolsets: ['docs', 'chat'] }, undefined],
  [{ mode: 'write', risks: ['normal'] }, { mode: 'write', risks: ['normal', 'destructive'] }, 'risks'],
  [{ mode: 'write', confirm: 'always' }, { mode: 'write', confirm: 'never' }, 'confirm'],
])('from %j to %j: %p', (from, to, field) => expect(widened(from, to)).toBe(field));
