import { z } from 'zod';
import { operation } from '../../operation.js';
import { Owner, Team } from '../entities/index.js';

export const GetAuthorizedUser = operation({
  id: 'GetAuthorizedUser',
  method: 'GET',
  path: '/api/v2/user',
  verb: 'get',
  toolset: 'workspace',
  summary: 'Who the credential belongs to, with time zone and first day of the week.',
  response: z.strictObject({ user: Owner }),
  ofWorkspace: 'placeless',
});

export const GetAuthorizedTeams = operation({
  id: 'GetAuthorizedTeams',
  method: 'GET',
  path: '/api/v2/team',
  verb: 'list',
  toolset: 'workspace',
  summary: 'The Workspaces the credential reaches, with their people.',
  response: z.strictObject({ teams: z.array(Team) }),
  ofWorkspace: 'placeless',
});
