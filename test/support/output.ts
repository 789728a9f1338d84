import { type ChildProcess } from 'node:child_process';

/** Collects what a process prints on both its streams. @returns what it has printed so far */
export function outputOf({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): () => string {
  let output = '';
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return () => output;
}
