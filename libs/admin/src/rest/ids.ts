import { AppError } from '#libs/core';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const GRANT = /^[\w-]{22}$/;
/** Of a ClickUp user. */
export const PERSON = /^[\w-]{1,40}$/;

/** What is no id of ours is nothing that is there. @throws AppError `not_found` */
export const uuid = (id: string): string => checked(id.toLowerCase(), UUID);
/** The id of a grant. @throws AppError `not_found` for what can be none */
export const grantIdOf = (id: string): string => checked(id, GRANT);
/** The id of a person. @throws AppError `not_found` for what can be none */
export const personIdOf = (id: string): string => checked(id, PERSON);

function checked(id: string, form: RegExp): string {
  if (!form.test(id)) throw new AppError('not_found');
  return id;
}
