import { type Config, CONFIG, LOGGER, VENDORS } from '#libs/core';
import { Inject, Injectable, type OnModuleDestroy, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { Artifacts } from '../artifacts/artifacts.service.js';
import { clientName, holdsPrivateKey, MAX_REDIRECT_URIS } from './client-metadata.js';
import { GuardedFetch } from './guarded-fetch.js';
import { redirectRefused } from './redirect-refused.js';
import { isLoopbackOnly, RedirectUris } from './redirect-uris.js';
import { type ClientDocument, FRESH_SECONDS, StoredDocuments } from './stored-documents.js';

/** Fetches at the same time, in all and to one host: 10,000 invented client_ids must not make us flood other servers. */
const MAX_FETCHES = 20;
const MAX_FETCHES_PER_HOST = 2;
/** A document that could not be fetched, or was refused, is not tried again for so long. */
const FAILURE_MS = 60_000;
const MAX_FAILURES = 1000;
const MAX_ID = 2000;
/** Documents that are not fetched, by their URL, which is the client_id. */
const DOCUMENTS_KNOWN_HERE: ReadonlyMap<string, ClientDocument> = new Map(
  VENDORS.flatMap(({ label, document }) =>
    document
      ? [
          [
            document.url,
            {
              token_endpoint_auth_method: 'none',
              grant_types: ['authorization_code', 'refresh_token'],
              response_types: ['code'],
              client_id: document.url,
              client_name: label,
              redirect_uris: document.redirectUris,
            },
          ],
        ]
      : [],
  ),
);
const VENDOR_CACHING = { 'cache-control': 'max-age=86400' };

/** Why a document is not asked for again just now. */
interface Failure {
  /** When it may be tried again. */
  until: number;
  /** The document was fetched and is not acceptable. */
  refused?: true;
  /** The document could not be fetched: how old the copy is that is used in its place. */
  copyAgeSeconds?: number;
  /** Acceptable to us, but not yet to the library: until that has taken it, it counts as refused. */
  candidate?: ClientDocument;
}

/** Client ID Metadata Documents (AS-B8): what oidc-provider fetches goes through here, and nothing else does. */
@Injectable()
export class ClientDocuments implements OnModuleDestroy {
  /** By client_id, oldest first. */
  private readonly failures = new Map<string, Failure>();
  private readonly underWay = new Map<string, number>();
  private readonly kept: StoredDocuments;
  private total = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly redirects: RedirectUris,
    @Inject(Artifacts) artifacts: Pick<Artifacts, 'find' | 'store' | 'destroy'>,
    @Optional() private readonly guarded: GuardedFetch = new GuardedFetch(),
  ) {
    this.kept = new StoredDocuments(artifacts);
  }

  /**
   * oidc-provider's `fetch`. Its own limits on what may be fetched are not used, ours are both wider and stricter. A document
   * that cannot be fetched now is replaced by its last good copy.
   * @throws Error without any detail of what was found; the log has it
   */
  readonly fetch = async (target: string | URL | Request): Promise<Response> => {
    const id = target instanceof Request ? target.url : String(target);
    const known = DOCUMENTS_KNOWN_HERE.get(id);
    if (known) return this.respond(known, VENDOR_CACHING);
    const failure = this.failures.get(id);
    if (failure && failure.until > performance.now()) {
      if (failure.refused) throw unusable();
      return this.copy(id);
    }
    if (!isFetchable(id)) throw unusable();
    // When strangers keep all slots busy, clients that are in use go on with their last good copy.
    return this.hasRoom(id) ? this.fetched(id) : this.copy(id);
  };

  /**
   * Called for each request whose client the library has made of a document.
   * @param route the library's name of the endpoint
   * @returns whether it may go on: nothing new is granted to a client whose document could not be fetched for too long
   */
  accept(id: string, route: string | undefined): boolean {
    const failure = this.failures.get(id);
    if (failure?.candidate) {
      this.kept.keep(id, failure.candidate);
      this.failures.delete(id);
    }
    return !((route === 'authorization' || route === 'resume') && (failure?.copyAgeSeconds ?? 0) > FRESH_SECONDS);
  }

  /** Called when a client was given tokens: stores its copy, which then outlives this process. */
  granted(id: string): void {
    this.kept
      .store(id)
      .catch((error: Error) =>
        this.log.warn({ err: error.message }, 'could not store the copy of a client metadata document'),
      );
  }

  async onModuleDestroy(): Promise<void> {
    await this.guarded.close();
  }

  private async fetched(id: string): Promise<Response> {
    let document: unknown;
    let caching: Record<string, string>;
    try {
      const answer = await this.counted(id);
      document = JSON.parse(answer.text);
      caching = answer.caching;
    } catch (cause) {
      this.note(id, cause, {});
      return this.copy(id);
    }
    try {
      const response = this.respond(document as ClientDocument, caching);
      this.remember(id, { refused: true, candidate: document as ClientDocument });
      return response;
    } catch (cause) {
      this.note(id, cause, { refused: true });
      await this.kept.forget(id);
      throw unusable();
    }
  }

  /** @throws Error without any detail, when there is no copy either, or none that is still good */
  private async copy(id: string): Promise<Response> {
    const kept = await this.kept.find(id);
    if (!kept) throw unusable();
    // No failure is noted when there was only no room to fetch.
    const { until } = this.failures.get(id) ?? { until: 0 };
    this.put(id, { until, copyAgeSeconds: kept.ageSeconds });
    try {
      return this.respond(kept.document, {});
    } catch {
      // It was acceptable under an earlier allow list only.
      throw unusable();
    }
  }

  private hasRoom(id: string): boolean {
    return this.total < MAX_FETCHES && (this.underWay.get(new URL(id).host) ?? 0) < MAX_FETCHES_PER_HOST;
  }

  private async counted(id: string) {
    const { host } = new URL(id);
    this.count(host, 1);
    try {
      return await this.guarded.get(id);
    } finally {
      this.count(host, -1);
    }
  }

  private count(host: string, change: 1 | -1): void {
    this.total += change;
    const here = (this.underWay.get(host) ?? 0) + change;
    if (here) this.underWay.set(host, here);
    else this.underWay.delete(host);
  }

  /**
   * A document as the library gets it: without the URLs that the library would fetch, and without redirects that are not on the allow list,
   * so that a vendor may add a redirect without locking its users out of the others.
   * @throws Error for a document that cannot be used
   */
  private respond(
    { jwks: keys, jwks_uri: _keysUri, sector_identifier_uri: _sector, ...document }: Readonly<Record<string, unknown>>,
    caching: Record<string, string>,
  ): Response {
    if (holdsPrivateKey(keys)) throw new Error('a document with a private key, which is not private any more');
    clientName(document.client_name);
    const named: unknown[] = Array.isArray(document.redirect_uris) ? document.redirect_uris : [];
    const allowed = named.filter((uri) => this.redirects.allows(uri));
    if (allowed.length === 0) {
      const refused = named.filter((uri) => typeof uri === 'string');
      throw refused.length > 0 ? this.refusal(refused, document) : new Error('a document without redirect_uris');
    }
    // Without an application_type it would count as web, and a web client may not use loopback on any port.
    const native =
      isLoopbackOnly(allowed) || allowed.some((uri) => !uri.startsWith('https:')) ? { application_type: 'native' } : {};
    // We offer no method but `none` (AS metadata); one with a shared secret stays in, for the library to refuse.
    const method =
      document.token_endpoint_auth_method === 'private_key_jwt' ? { token_endpoint_auth_method: 'none' } : {};
    return new Response(JSON.stringify({ ...document, redirect_uris: allowed, ...native, ...method }), {
      headers: { 'content-type': 'application/json', ...caching },
    });
  }

  private refusal(
    redirectUris: readonly string[],
    { client_id, client_name }: Readonly<Record<string, unknown>>,
  ): Error {
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return redirectRefused(this.log, this.config, {
      redirectUris: redirectUris.slice(0, MAX_REDIRECT_URIS),
      clientId: text(client_id),
      clientName: text(client_name),
      address: '',
    });
  }

  private note(id: string, cause: unknown, failure: Omit<Failure, 'until'>): void {
    this.remember(id, failure);
    this.log.warn({ host: new URL(id).host.slice(0, 100), err: cause }, 'a client metadata document could not be used');
  }

  private remember(id: string, failure: Omit<Failure, 'until'>): void {
    this.put(id, { ...failure, until: performance.now() + FAILURE_MS });
  }

  private put(id: string, failure: Failure): void {
    this.failures.delete(id);
    this.failures.set(id, failure);
    if (this.failures.size > MAX_FAILURES) this.failures.delete(this.failures.keys().next().value!);
  }
}

const isFetchable = (id: string) => id.length <= MAX_ID && URL.canParse(id);
const unusable = () => new Error('the client metadata document could not be used');
