import { deriveKey } from '#libs/core';
import { createHmac } from 'node:crypto';

/**
 * How a person is named in logs: always the same for one ClickUp user id under one master key, and no way back without that key. Whoever
 * holds it finds the person by working out the pseudonym of each one who is connected.
 * @returns the pseudonym of a ClickUp user id
 */
export function personPseudonyms(masterKey: Buffer): (personId: string) => string {
  const key = deriveKey(masterKey, 'pseudonym');
  return (personId) => `p_${createHmac('sha256', key).update(`person ${personId}`).digest('base64url').slice(0, 12)}`;
}
