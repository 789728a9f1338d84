import { type Folder, type List, type Space, type Task, type Workspace } from './types.js';

export type FieldType =
  | 'url'
  | 'email'
  | 'phone'
  | 'text'
  | 'short_text'
  | 'number'
  | 'currency'
  | 'date'
  | 'checkbox'
  | 'drop_down'
  | 'labels'
  | 'users'
  | 'tasks'
  | 'list_relationship'
  | 'attachment'
  | 'emoji'
  | 'manual_progress'
  | 'automatic_progress'
  | 'location'
  | 'button'
  | 'formula'
  | 'rollup';

/** Where a field is defined; it holds for every List in there. */
export type Holder = Workspace | Space | Folder | List;

export interface FieldOption {
  id: string;
  color: string;
  orderindex: number;
  /** Of a dropdown. */
  name?: string;
  /** Of labels. */
  label?: string;
}

export interface Field {
  id: string;
  name: string;
  type: FieldType;
  config: { options?: FieldOption[] } & Record<string, unknown>;
  created: number;
  hiddenFromGuests: boolean;
  required: boolean;
  /** Task types that may have it; none named is all. */
  taskTypes: readonly number[];
  values: WeakMap<Task, unknown>;
}

export interface TaskType {
  id: number;
  name: string;
  name_plural: string;
  description: string | null;
}

/** The Custom Fields of a Workspace and its task types. */
export class CustomFields {
  readonly byId = new Map<string, Field>();
  readonly taskTypes: TaskType[] = [];
  private readonly byHolder = new Map<Holder, Field[]>();

  add(holder: Holder, field: Field): void {
    this.byId.set(field.id, field);
    const beside = this.byHolder.get(holder);
    if (beside) beside.push(field);
    else this.byHolder.set(holder, [field]);
  }

  /** Those defined exactly there. */
  at(holder: Holder): readonly Field[] {
    return this.byHolder.get(holder) ?? [];
  }

  /** Those that tasks of the List can have: its own and those of everything it lies in. */
  of(list: List): Field[] {
    const folders: Folder[] = [];
    for (let folder: Folder | undefined = list.folder; folder; folder = folder.parent) folders.push(folder);
    return [list, ...folders, list.folder.space, list.folder.space.workspace].flatMap((holder) => this.at(holder));
  }
}

/** Whether tasks of this type may have the field; 0 is the plain task. */
export const appliesTo = ({ taskTypes }: Field, task: Task): boolean =>
  taskTypes.length === 0 || taskTypes.includes(task.customItemId ?? 0);
