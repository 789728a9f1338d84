import { type JudgedCall, type Target } from '#libs/clickup';
import { type Where } from '../located.js';

/** Where the enclosing object lies. The Lists in the answer of a Folder, for example, do not repeat its Space. */
export type Around = Where;

/** What the caller may see, and where things lie. */
export interface View {
  call: Pick<JudgedCall, 'path' | 'query'>;
  shows: (where: Where) => boolean;
  /** Whether a Space or Folder is on the way to something that may be seen. */
  leadsOn: (where: Where) => boolean;
  /** Where something lies; with `unresolved` where that could not be found out. */
  at: (target: Target) => Where & { unresolved?: string };
}

/** What must be found out before an answer can be shown. */
export interface Questions {
  call: View['call'];
  /** Notes something whose place has to be looked up. */
  ask: (target: Target) => void;
  /** Notes something whose place the answer itself tells. */
  told: (target: Target, where: Where) => void;
}

/** What is done with one kind of object, wherever in an answer it stands. */
export interface Rule<T> {
  /** What must be asked before it can be shown. */
  ask?(object: T, around: Around, questions: Questions): void;
  /** Where the object lies, for the objects inside it; without this method they lie where what encloses it lies. */
  around?(object: T, around: Around): Around;
  /** The object without the names of other objects; undefined when it may not be seen itself. The objects inside it are judged afterwards. */
  show(object: T, view: View, around: Around): object | undefined;
  /** The answer of `show` is final: what is in it is not walked again, because the schema does not describe it. */
  whole?: true;
}
