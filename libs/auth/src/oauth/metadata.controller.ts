import { CONFIG, type Config } from '#libs/core';
import { PublicUrl } from '#libs/web';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { RESOURCE_SCOPES, SCOPES } from './scopes.js';

/** Clients keep it for some minutes anyway; a proxy before us must not serve it for another host name. */
const CACHING = 'private, max-age=300';

/** What clients read before they begin (RFC 8414, RFC 9728). Only what works is named (AS-B18), and every URL is the configured one. */
@Controller('.well-known')
export class MetadataController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly url: PublicUrl,
  ) {}

  @Get(['oauth-authorization-server', 'openid-configuration'])
  @Header('cache-control', CACHING)
  authorizationServer() {
    const { base } = this.url;
    return {
      issuer: base,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      ...(this.config.DCR_ENABLED ? { registration_endpoint: `${base}/register` } : {}),
      revocation_endpoint: `${base}/revoke`,
      scopes_supported: SCOPES,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      protected_resources: [this.url.mcp],
    };
  }

  /** Both paths: some clients know only one of them. */
  @Get(['oauth-protected-resource', 'oauth-protected-resource/mcp'])
  @Header('cache-control', CACHING)
  protectedResource() {
    return {
      resource: this.url.mcp,
      authorization_servers: [this.url.base],
      scopes_supported: RESOURCE_SCOPES,
      bearer_methods_supported: ['header'],
      resource_name: 'ClickUp MCP Gateway',
    };
  }
}
