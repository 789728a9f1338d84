import { type Maker, type OwnGrant, PersonGrants } from '#libs/connections';
import { AppError } from '#libs/core';
import { PageError, PublicUrl, type Redirect, type View } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Consent } from '../consent.service.js';
import { type Flow, MANAGE_FLOW } from '../flow.js';
import { Flows } from '../flows.service.js';
import { type Identity } from '../identities.service.js';
import { serverSnippets, snippets } from '../snippets.js';

/** A server URL that is shown once. */
interface ShownUrl {
  id: string;
  secret: string;
  label: string;
  tokenRequired: boolean;
  /** The list, for whoever has seen enough. */
  back: string;
}

/** What the pages of server URLs have in common. */
@Injectable()
export class OwnUrls {
  constructor(
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly grants: PersonGrants,
    private readonly url: PublicUrl,
  ) {}

  /** The grants of a person where the operator lets them in. */
  grantsOf({ person, workspaces }: Identity): Promise<OwnGrant[]> {
    return this.grants.ofPerson(
      person.id,
      workspaces.map(({ id }) => id),
    );
  }

  /** @throws PageError when it is no server URL of this person, has ended, or lies where they are not let in */
  async one(id: string, identity: Identity): Promise<OwnGrant> {
    const found = (await this.grantsOf(identity)).find((grant) => grant.id === id);
    if (found?.kind !== 'server_url') throw gone();
    return found;
  }

  /** The list again, with a proof of its own: nobody shows the credential twice. */
  async back(request: FastifyRequest, identity: Identity, done?: string): Promise<string> {
    const { redirect } = await this.flows.carryOn(MANAGE_FLOW, request, { identity, label: '' });
    return done ? `${redirect}&done=${done}` : redirect;
  }

  /** Shows a URL, once. @throws PageError afterwards */
  async show(flow: Flow, request: FastifyRequest): Promise<View> {
    const shown = (await this.consent.outcome(flow, request))?.show as ShownUrl | undefined;
    if (!shown) throw new PageError('not_found', 'problem.url_shown', '/sessions').under('problem.url_shown.heading');
    const { id, secret, label, tokenRequired, back } = shown;
    const address = `${this.url.mcp}/cuu_${id}:${secret}`;
    const texts = tokenRequired ? snippets(address, 'cuk_…') : serverSnippets(address);
    return { view: 'server-url', data: { address, label, tokenRequired, back, snippets: texts } };
  }

  async cancel(flow: Flow, request: FastifyRequest, fields: Parameters<Flows['proofOf']>[2]): Promise<Redirect> {
    const { identity } = await this.flows.proofOf(flow, request, fields);
    return { redirect: await this.back(request, identity) };
  }
}

/** Whoever makes URLs here is the person: within the rights of each connection, which are theirs. */
export const makerOf = (workspaceId: string, { person }: Identity): Maker => ({
  policies: [],
  connection: { tenantId: workspaceId, personId: person.id },
});

/** What a page says where something has ended meanwhile. */
export function asGone(error: unknown): never {
  throw error instanceof AppError && error.code === 'not_found' ? gone() : error;
}

const gone = () => new PageError('not_found', 'sessions.gone', '/sessions').under('sessions.gone.heading');
