import { AppError, sha256 } from '#libs/core';
import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';

/** The ETag of what is shown of a resource (RFC 9110 section 8.8.3): it changes when, and only when, what is shown changes. */
export const etagOf = (shown: object): string =>
  `"${sha256(JSON.stringify(shown)).toString('base64url').slice(0, 22)}"`;

/** What a change was made on: the ETag in If-Match. */
export class Match {
  constructor(private readonly etags: readonly string[]) {}

  /**
   * Call it in the transaction that makes the change, with the row locked.
   * @param shown the resource as GET would show it now
   * @throws AppError `precondition_failed` when that is not what the change was made on
   */
  check(shown: object): void {
    const etag = etagOf(shown);
    if (!this.etags.includes('*') && !this.etags.includes(etag))
      throw new AppError('precondition_failed', undefined, { details: { etag } });
  }
}

/** The header If-Match: a parameter of methods that change a resource. @throws AppError `precondition_required` without it */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): Match => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header.trim() === '') throw new AppError('precondition_required');
  // A proxy that compresses answers makes their ETags weak; what they stand for stays the same.
  return new Match(header.split(',').map((etag) => etag.trim().replace(/^W\//, '')));
});

@Injectable()
class EtagInterceptor implements NestInterceptor<object> {
  async intercept(context: ExecutionContext, next: CallHandler<object>): Promise<Observable<object>> {
    const shown = await lastValueFrom(next.handle());
    void context.switchToHttp().getResponse<FastifyReply>().header('etag', etagOf(shown));
    return of(shown);
  }
}

/** Of a method that shows one resource: the answer carries its ETag. */
export const WithEtag = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(EtagInterceptor),
    ApiResponse({ status: '2XX', description: 'As it is now; `ETag` names this state.' }),
  );

/** Of a method that changes one resource, which takes {@link IfMatch} and returns what is shown of it then. */
export const Changes = (): MethodDecorator =>
  applyDecorators(
    WithEtag(),
    ApiHeader({
      name: 'If-Match',
      required: true,
      description: 'The ETag of what is changed; `*` = whatever is there.',
    }),
    ApiResponse({ status: 412, description: '`precondition_failed`: somebody has changed it meanwhile.' }),
    ApiResponse({ status: 428, description: '`precondition_required`: If-Match is missing.' }),
  );
