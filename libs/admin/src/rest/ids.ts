import { AppError } from '#libs/core';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What is no id of ours is nothing that is there. @throws AppError `not_found` */
export function uuid(id: string): string {
  if (!UUID.test(id)) throw new AppError('not_found');
  return id.toLowerCase();
}
