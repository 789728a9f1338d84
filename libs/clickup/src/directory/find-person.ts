import { AppError } from '#libs/core';
import { theOne } from './the-one.js';
import { type Person } from './directory.js';
import { foldPerson, similar } from './names.js';

/** A person, with the texts that references are compared with. */
interface Compared {
  person: Person;
  /** The e-mail address in lower case. */
  address: string;
  username: string;
  email: string;
}

type Test = (compared: Compared, wanted: string) => boolean;

/** From exact to vague: the first that matches anybody decides, so that "Ana" is Ana and not also Joana. */
const TESTS: readonly Test[] = [
  ({ address }, wanted) => address === wanted,
  ({ username }, wanted) => username === wanted,
  ({ username }, wanted) => ` ${username} `.includes(` ${wanted} `),
  ({ username, email }, wanted) => username.includes(wanted) || email.includes(wanted),
];

/** Made once and kept as long as the list of people is, because a call may name a hundred people among thousands. */
const COMPARED = new WeakMap<readonly Person[], readonly Compared[]>();
function comparedOf(people: readonly Person[]): readonly Compared[] {
  const known = COMPARED.get(people);
  if (known) return known;
  const made = people.map((person): Compared => ({
    person,
    address: person.email.toLowerCase(),
    username: foldPerson(person.username),
    email: foldPerson(person.email),
  }));
  COMPARED.set(people, made);
  return made;
}

/**
 * A person by id, name, e-mail address or an unambiguous part of one.
 * @throws AppError `invalid_parameters` with the candidates, `clickup_not_found`
 */
export function findPerson(people: readonly Person[], ref: string): Person {
  const wanted = foldPerson(ref.trim().replace(/^@/, ''));
  if (!wanted)
    throw new AppError('invalid_parameters', 'Name a person: "me", an id, a name or an e-mail address.', {
      details: { type: 'person' },
    });
  const byId = people.find(({ id }) => String(id) === wanted);
  const compared = byId ? [] : comparedOf(people);
  const matches = byId ? [byId] : found(compared, wanted);
  return theOne(
    matches,
    ref,
    'person',
    ({ id, username, email }) => ({ path: email ? `${username} <${email}>` : username, id, kind: 'user' }),
    () => compared.filter(({ username }) => similar(wanted, username)).map(({ person }) => person),
  );
}

function found(compared: readonly Compared[], wanted: string): Person[] {
  for (const test of TESTS) {
    const matches = compared.filter((each) => test(each, wanted));
    if (matches.length) return matches.map(({ person }) => person);
  }
  return [];
}
