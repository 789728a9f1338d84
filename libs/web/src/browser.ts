import { deriveKey, sameSecret } from '#libs/core';
import { createHmac, randomBytes } from 'node:crypto';
import { type FastifyReply, type FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Cookies to set with the answer, also when it is an error. */
    newCookies?: string[];
  }
}

const VALUE = /^[\w-]{43}$/;

/** Cookies of the pages. None of them identifies a person: they tie a form or a sign-in to the browser that began it. */
export class Browser {
  private readonly csrfKey: Buffer;

  /** @param https whether people reach us over https: the `__Host-` prefix needs it */
  constructor(
    masterKey: Buffer,
    private readonly https: boolean,
  ) {
    this.csrfKey = deriveKey(masterKey, 'csrf');
  }

  /** Value of a cookie this browser sent; undefined unless it came exactly once and has the form of our values. */
  cookie(request: FastifyRequest, name: string): string | undefined {
    const wanted = `${this.nameOf(name)}=`;
    const values = (request.headers.cookie ?? '')
      .split(/;\s*/)
      .filter((pair) => pair.startsWith(wanted))
      .map((pair) => pair.slice(wanted.length));
    return values.length === 1 && VALUE.test(values[0]!) ? values[0] : undefined;
  }

  /** Sets a cookie to a new random value and returns that. SameSite=Lax, because people come back by links, from ClickUp and from clients. */
  setCookie(request: FastifyRequest, name: string, maxAgeSeconds?: number): string {
    const value = randomBytes(32).toString('base64url');
    this.add(request, name, value, maxAgeSeconds);
    return value;
  }

  clearCookie(request: FastifyRequest, name: string): void {
    this.add(request, name, '', 0);
  }

  /** The cookie that forms are tied to, made when this browser has none. */
  id(request: FastifyRequest): string {
    return this.cookie(request, 'browser') ?? this.setCookie(request, 'browser');
  }

  /** The CSRF token of this browser's forms, an HMAC of its cookie (signed double submit). */
  csrf(browser: string): string {
    return createHmac('sha256', this.csrfKey).update(browser).digest('base64url');
  }

  /** Whether a form was made for the browser that sends it. */
  isOwnForm(request: FastifyRequest): boolean {
    const browser = this.cookie(request, 'browser');
    const sent = (request.body as { csrf?: unknown } | undefined)?.csrf;
    return browser !== undefined && typeof sent === 'string' && sameSecret(sent, this.csrf(browser));
  }

  private nameOf(name: string): string {
    return this.https ? `__Host-${name}` : name;
  }

  private add(request: FastifyRequest, name: string, value: string, maxAgeSeconds?: number): void {
    const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
    (request.newCookies ??= []).push(
      `${this.nameOf(name)}=${value}; Path=/; HttpOnly; SameSite=Lax${this.https ? '; Secure' : ''}${age}`,
    );
  }
}

/** The onSend hook of pages: sets the cookies in `newCookies`, also on errors. */
export function sendCookies(
  { newCookies }: FastifyRequest,
  reply: FastifyReply,
  _payload: unknown,
  done: (error?: null) => void,
): void {
  if (newCookies) void reply.header('set-cookie', newCookies);
  done();
}
