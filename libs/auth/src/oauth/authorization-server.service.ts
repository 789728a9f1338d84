import { CONFIG, type Config, MASTER_KEY } from '#libs/core';
import { notConfigured, PublicUrl } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import Provider, { type Interaction } from 'oidc-provider';
import { adapterFactory } from './adapter.js';
import { Artifacts } from './artifacts/artifacts.service.js';
import { Rotations } from './artifacts/rotations.service.js';
import { ClientDocuments } from './clients/client-documents.js';
import { Clients } from './clients/clients.service.js';
import { droppedRedirect, type DroppedRedirect, requireAllowed } from './clients/dropped-redirects.js';
import { RedirectUris } from './clients/redirect-uris.js';
import { clientIdOf } from './clients/registration.js';
import { providerOptions } from './provider-options.js';
import { type ProviderAnswer, askProvider, type ProviderRequest } from './provider-request.js';

interface Parts {
  provider: Provider;
  ask: (question: ProviderRequest) => Promise<ProviderAnswer>;
}

/** The OAuth 2.1 authorization server: oidc-provider with our storage, without everything that we do not need of it. */
@Injectable()
export class AuthorizationServer {
  private made?: Parts;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer | undefined,
    private readonly url: PublicUrl,
    private readonly artifacts: Artifacts,
    private readonly rotations: Rotations,
    private readonly clients: Clients,
    private readonly redirects: RedirectUris,
    private readonly documents: ClientDocuments,
  ) {}

  /** @throws AppError `not_configured`; what the library could not do, as `unavailable` or `internal_error` */
  ask(question: ProviderRequest): Promise<ProviderAnswer> {
    return this.parts.ask(question);
  }

  /** The redirect URI of an authorization that must not be answered any more; undefined when it may be. */
  droppedRedirect(interaction: Interaction): Promise<DroppedRedirect | undefined> {
    return droppedRedirect(this.provider, interaction);
  }

  get provider(): Provider {
    return this.parts.provider;
  }

  /** The one resource that tokens are for. */
  get resource(): string {
    return this.url.mcp;
  }

  /** Made when it is first needed: the issuer is known only after listening. */
  private get parts(): Parts {
    if (!this.masterKey) throw notConfigured();
    return (this.made ??= this.make());
  }

  private make(): Parts {
    const { CODE_TTL_SECONDS, TOKEN_TTL_SECONDS, DCR_ENABLED, ALLOW_LEGACY_NO_PKCE } = this.config;
    const provider = new Provider(
      this.url.base,
      providerOptions({
        resource: this.url.mcp,
        page: (uid) => `${this.url.base}/connect/${uid}`,
        adapter: adapterFactory(this.artifacts, this.rotations, this.clients),
        tokenSeconds: TOKEN_TTL_SECONDS,
        codeSeconds: CODE_TTL_SECONDS,
        registration: DCR_ENABLED,
        allowWithoutPkce: ALLOW_LEGACY_NO_PKCE,
        documents: this.documents,
        newClientId: clientIdOf,
      }),
    );
    requireAllowed(provider, this.redirects);
    return { provider, ask: askProvider(provider) };
  }
}
