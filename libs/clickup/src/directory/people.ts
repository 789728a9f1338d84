import { AppError } from '#libs/core';
import { theOne } from './choose.js';
import { type Person } from './directory.js';
import { foldPerson, similar } from './names.js';

type Test = (person: Person, wanted: string) => boolean;

/** From exact to vague: the first that matches anybody decides, so that "Ana" is Ana and not also Joana. */
const TESTS: readonly Test[] = [
  ({ email }, wanted) => email.toLowerCase() === wanted,
  ({ username }, wanted) => foldPerson(username) === wanted,
  ({ username }, wanted) => ` ${foldPerson(username)} `.includes(` ${wanted} `),
  ({ username, email }, wanted) => foldPerson(username).includes(wanted) || foldPerson(email).includes(wanted),
];

/**
 * A person by id, name, e-mail address or an unambiguous part of one.
 * @throws AppError `invalid_parameters` with the candidates, `clickup_not_found`
 */
export function findPerson(people: readonly Person[], ref: string): Person {
  const wanted = foldPerson(ref.trim().replace(/^@/, ''));
  if (!wanted) throw new AppError('invalid_parameters', 'Name a person: "me", an id, a name or an e-mail address.', { details: { type: 'person' } });
  const byId = people.find(({ id }) => String(id) === wanted);
  const matches = byId ? [byId] : (TESTS.map((test) => people.filter((person) => test(person, wanted))).find((found) => found.length) ?? []);
  return theOne(matches, ref, 'person', ({ id, username, email }) => ({ path: email ? `${username} <${email}>` : username, id, kind: 'user' }), () =>
    people.filter(({ username }) => similar(wanted, foldPerson(username))));
}
