import { type JudgedCall, type Target } from '#libs/clickup';
import { type Where } from '../located.js';

/** Where what encloses an object lies: inside a Folder's answer its Lists need not say it again. */
export type Around = Where;

/** What is known of the caller, and of where things lie. */
export interface View {
  call: Pick<JudgedCall, 'path' | 'query'>;
  shows: (where: Where) => boolean;
  /** Whether a Space or Folder is on the way to something that may be seen. */
  leadsOn: (where: Where) => boolean;
  /** What was found out; nothing for what could not be. */
  at: (target: Target) => Where & { unresolved?: string };
}

/** What must be found out before an answer can be shown. */
export interface Questions {
  call: View['call'];
  /** Where this lies has to be asked. */
  ask: (target: Target) => void;
  /** The answer itself says where it lies. */
  told: (target: Target, where: Where) => void;
}

/** What is done with one kind of object, wherever in an answer it stands. */
export interface Rule<T> {
  /** What must be asked before it can be shown. */
  ask?(object: T, around: Around, questions: Questions): void;
  /** Where it lies, for what stands in it; without, that lies where this does. */
  around?(object: T, around: Around): Around;
  /** The object without what it names of others; undefined when it may not be seen itself. What stands in it is judged after. */
  show(object: T, view: View, around: Around): object | undefined;
  /** What `show` answers is all of it: the schema does not say what may stand there. */
  whole?: true;
}
