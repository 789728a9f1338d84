import { type Comment, type CommentRun } from '#libs/clickup';

/** What a run may stand for without naming a task or a place, and the key beside `type` that says which. */
const EMBEDDED: Readonly<Record<string, string>> = {
  tag: 'user',
  emoticon: 'emoticon',
  image: 'image',
  attachment: 'attachment',
};
/** Marks of characters and of lines. A link is what somebody wrote. */
const MARKS: ReadonlySet<string> = new Set([
  'bold',
  'italic',
  'underline',
  'strike',
  'code',
  'link',
  'list',
  'indent',
  'code-block',
  'block-id',
  'header',
  'blockquote',
  'align',
  'color',
  'background',
]);
const INSTEAD = '[not shown]';

const isShown = ({ type }: CommentRun) => type === undefined || Object.hasOwn(EMBEDDED, type);

/** A run; one that stands for a task, a Doc or the like names it, wherever it lies. */
export function shownRun(run: CommentRun): object {
  if (!isShown(run)) return { text: INSTEAD };
  const { text, type, attributes } = run;
  const key = type === undefined ? undefined : EMBEDDED[type];
  return {
    ...(text !== undefined && { text }),
    ...(type !== undefined && { type }),
    ...(key !== undefined && run[key] !== undefined && { [key]: run[key] }),
    ...(attributes && {
      attributes: Object.fromEntries(Object.entries(attributes).filter(([mark]) => MARKS.has(mark))),
    }),
  };
}

/** The plain text spells out what the runs stand for: where one of them is hidden it is made anew. */
export function shownComment(comment: Comment): object {
  const { comment: runs } = comment;
  if (!Array.isArray(runs) || runs.every(isShown)) return comment;
  return { ...comment, comment_text: runs.map((run) => (isShown(run) ? (run.text ?? '') : INSTEAD)).join('') };
}
