import { AppError } from '#libs/core';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  HttpCode,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { IdempotentAnswers } from './idempotent-answers.service.js';
import { ShownOnce } from './shown-once.js';

/** What clients send as a key: a UUID, mostly. */
const KEY = /^[\x21-\x7e]{1,200}$/;

@Injectable()
class CreatesInterceptor implements NestInterceptor<object> {
  constructor(private readonly answers: IdempotentAnswers) {}

  async intercept(context: ExecutionContext, next: CallHandler<object>): Promise<Observable<object>> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    void reply.header('cache-control', 'no-store');
    const key = request.headers['idempotency-key'];
    if (key === undefined) return of(whole(await lastValueFrom(next.handle())));
    if (typeof key !== 'string' || !KEY.test(key))
      throw new AppError('invalid_parameters', 'Idempotency-Key must be 1 to 200 visible characters: a UUID, say.', {
        details: { parameter: 'Idempotency-Key' },
      });
    const repeatable = {
      scope: `${request.mandate?.administrator.id ?? ''}\n${request.routeOptions.url ?? ''}`,
      key,
      request: `${request.url}\n${JSON.stringify(request.body ?? null)}`,
    };
    const before = await this.answers.begin(repeatable);
    if (before) {
      void reply.header('idempotent-replayed', 'true');
      return of(before);
    }
    let answer: object;
    try {
      answer = await lastValueFrom(next.handle());
    } catch (error) {
      // Of what failed on the way nobody knows whether it was carried out: then the key stays taken.
      if (error instanceof AppError && error.http < 500) await this.answers.release(repeatable);
      throw error;
    }
    await this.answers.keep(repeatable, answer instanceof ShownOnce ? answer.shown : answer);
    return of(whole(answer));
  }
}

const whole = (answer: object): object =>
  answer instanceof ShownOnce ? { ...answer.shown, ...answer.secrets } : answer;

/** Of a method that makes something: 201, and with an Idempotency-Key it is made once, however often the request is sent. */
export const Creates = (): MethodDecorator =>
  applyDecorators(
    HttpCode(201),
    UseInterceptors(CreatesInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Made once, however often the request is sent with this key within a day; later answers are the first one, without the secrets in it.',
    }),
    ApiResponse({ status: 409, description: '`conflict`: the key was used for another request, or is in use.' }),
  );
