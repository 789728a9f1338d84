import { type Place } from '#libs/clickup';
import { chosenPlaces, chosenPolicy, isNothing } from './chosen-policy.js';

const place = (kind: Place['kind'], id: string, children: Place[] = []): Place => ({ kind, id, name: id, path: id, children });
const TREE = [place('space', '1', [place('folder', '2', [place('list', '3'), place('list', '4')]), place('list', '5')]), place('space', '6')];
const chosen = (...ticked: string[]) => chosenPlaces(TREE, new Set(ticked));

test('takes places of every kind', () => expect(chosen('folder:2', 'list:5', 'space:6')).toEqual({ spaces: ['6'], folders: ['2'], lists: ['5'] }));
test('a ticked place covers what lies in it', () => expect(chosen('space:1', 'folder:2', 'list:3')).toEqual({ spaces: ['1'], folders: [], lists: [] }));
test('what is not in the tree is not taken: another kind, another Workspace', () => expect(isNothing(chosen('list:1', 'space:3', 'list:99', 'toString', ''))).toBe(true));
test('only a selection carries places', () => {
  expect(chosenPolicy('read', chosen('space:1'))).toEqual({ mode: 'read' });
  expect(chosenPolicy('selective', chosen('list:3'))).toEqual({ mode: 'selective', write: { spaces: [], folders: [], lists: ['3'] } });
});
