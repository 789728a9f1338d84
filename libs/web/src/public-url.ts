import { CONFIG, type Config } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';

/** Where people and clients reach this server. It comes from the configuration, never from a request, whose sender chooses the Host header. */
@Injectable()
export class PublicUrl {
  private port: number;

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'BASE_URL' | 'PORT'>) {
    this.port = config.PORT;
  }

  /** Sets the port that was taken, which with PORT=0 is known only after listening. */
  listensOn(port: number): void {
    this.port = port;
  }

  /** Without a trailing slash; also the issuer of the authorization server. */
  get base(): string {
    return this.config.BASE_URL ?? `http://localhost:${this.port}`;
  }

  /** The resource that tokens are for (RFC 8707), exactly as people type it. */
  get mcp(): string {
    return `${this.base}/mcp`;
  }

  /** Whether browsers reach us over https: only then do they take Secure cookies with the `__Host-` prefix. */
  get https(): boolean {
    return this.base.startsWith('https:');
  }
}
