import { type Comment, type CommentRun } from '#libs/clickup';

/** Types of runs that name no task and no place, each with the key that holds what it shows. */
const EMBEDDED: Readonly<Record<string, string>> = {
  tag: 'user',
  emoticon: 'emoticon',
  image: 'image',
  attachment: 'attachment',
};
/** Formatting of characters and lines. A link is text that somebody wrote, so it is shown. */
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

/** One run of a comment. A run that mentions a task, a Doc or the like shows its name, wherever that lies: it is replaced. */
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

/** `comment_text` repeats the names that runs mention: where a run is hidden, the text is put together again without it. */
export function shownComment(comment: Comment): object {
  const { comment: runs } = comment;
  if (!Array.isArray(runs) || runs.every(isShown)) return comment;
  return { ...comment, comment_text: runs.map((run) => (isShown(run) ? (run.text ?? '') : INSTEAD)).join('') };
}
