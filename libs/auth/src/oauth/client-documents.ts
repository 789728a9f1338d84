import { type Config, CONFIG, LOGGER } from '#libs/core';
import { Inject, Injectable, type OnModuleDestroy, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { clientName } from './client-metadata.js';
import { GuardedFetch } from './guarded-fetch.js';
import { redirectRefused } from './redirect-refused.js';
import { isLoopbackOnly, RedirectUris } from './redirect-uris.js';
import { VENDOR_DOCUMENTS } from './vendor-documents.js';

/** At once, in all and for one host: 10,000 invented client_ids must not make us a load generator. */
const MAX_FETCHES = 20;
const MAX_FETCHES_PER_HOST = 2;
/** A document that could not be had is not tried again for a while. */
const FAILURE_MS = 60_000;
const MAX_FAILURES = 1000;
const MAX_ID = 2000;
const VENDOR_CACHING = { 'cache-control': 'max-age=86400' };

/** Client ID Metadata Documents (AS-B8): what oidc-provider fetches goes through here, and nothing else does. */
@Injectable()
export class ClientDocuments implements OnModuleDestroy {
  /** client_id → when it may be tried again, oldest first. */
  private readonly failures = new Map<string, number>();
  private readonly underWay = new Map<string, number>();
  private total = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly redirects: RedirectUris,
    @Optional() private readonly guarded: GuardedFetch = new GuardedFetch(),
  ) {}

  /** The feature as oidc-provider is configured with it; the pinned version has it as an experiment. */
  feature() {
    return { enabled: true, ack: 'draft-02', cacheDuration: { min: 60, max: 86_400 } } as const;
  }

  /**
   * oidc-provider's `fetch`. Its own options are not used: they allow less than they should and more than they may.
   * @throws Error without any detail of what was found; the log has it
   */
  readonly fetch = async (target: string | URL | Request): Promise<Response> => {
    const id = target instanceof Request ? target.url : String(target);
    const known = VENDOR_DOCUMENTS.get(id);
    if (known) return this.respond(known, VENDOR_CACHING);
    if ((this.failures.get(id) ?? 0) > performance.now() || !this.hasRoom(id)) throw unusable();
    try {
      const { text, caching } = await this.counted(id);
      return this.respond(JSON.parse(text) as Record<string, unknown>, caching);
    } catch (cause) {
      this.remember(id);
      this.log.warn({ host: new URL(id).host.slice(0, 100), err: cause }, 'a client metadata document could not be used');
      throw unusable();
    }
  };

  async onModuleDestroy(): Promise<void> {
    await this.guarded.close();
  }

  private hasRoom(id: string): boolean {
    return id.length <= MAX_ID && URL.canParse(id) && this.total < MAX_FETCHES && (this.underWay.get(new URL(id).host) ?? 0) < MAX_FETCHES_PER_HOST;
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

  /** Redirects that are not on the allow list, and whatever would be fetched later, are taken out of the document, so a vendor may add one without locking its users out of the others. */
  private respond({ jwks: _keys, jwks_uri: _keysUri, sector_identifier_uri: _sector, ...document }: Readonly<Record<string, unknown>>, caching: Record<string, string>): Response {
    clientName(document.client_name);
    const named: unknown[] = Array.isArray(document.redirect_uris) ? document.redirect_uris : [];
    const allowed = named.filter((uri) => this.redirects.allows(uri));
    const refused = named.find((uri) => typeof uri === 'string' && !this.redirects.allows(uri));
    if (allowed.length === 0) throw typeof refused === 'string' ? this.refusal(refused, document) : new Error('a document without redirect_uris');
    // Without an application_type it would count as web, and a web client may not use loopback on any port.
    const native = isLoopbackOnly(allowed) || allowed.some((uri) => !uri.startsWith('https:')) ? { application_type: 'native' } : {};
    // We offer no method but `none` (AS metadata); one with a shared secret stays in, for the library to refuse.
    const method = document.token_endpoint_auth_method === 'private_key_jwt' ? { token_endpoint_auth_method: 'none' } : {};
    return new Response(JSON.stringify({ ...document, redirect_uris: allowed, ...native, ...method }), { headers: { 'content-type': 'application/json', ...caching } });
  }

  private refusal(redirectUri: string, { client_id, client_name }: Readonly<Record<string, unknown>>): Error {
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return redirectRefused(this.log, this.config, { redirectUri, clientId: text(client_id), clientName: text(client_name), address: '' });
  }

  private remember(id: string): void {
    this.failures.delete(id);
    this.failures.set(id, performance.now() + FAILURE_MS);
    if (this.failures.size > MAX_FAILURES) this.failures.delete(this.failures.keys().next().value!);
  }
}

const unusable = () => new Error('the client metadata document could not be used');
