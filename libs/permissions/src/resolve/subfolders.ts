/** Of each subfolder, the Folder it lies in. */
type Parents = Readonly<Record<string, string>>;

/** The Folders that a Folder lies in, nearest first. */
export function above(folder: string, parents: Parents): string[] {
  const found: string[] = [];
  // Parents should never form a ring; if they do, this loop must end all the same.
  for (
    let parent = parents[folder];
    parent !== undefined && parent !== folder && !found.includes(parent);
    parent = parents[parent]
  )
    found.push(parent);
  return found;
}

/** The subfolders of a Folder, at any depth. */
export const below = (folder: string, parents: Parents): string[] =>
  Object.keys(parents).filter((each) => above(each, parents).includes(folder));
