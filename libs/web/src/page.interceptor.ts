import {
  applyDecorators,
  type CallHandler,
  Controller,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { type PageAnswer } from './page-answer.js';
import { Pages } from './pages.service.js';

/** Sends what the methods of a {@link PageController} return: a page, a redirect, or anything else as JSON. */
@Injectable()
class PageInterceptor implements NestInterceptor<PageAnswer | object> {
  constructor(private readonly pages: Pages) {}

  async intercept(context: ExecutionContext, next: CallHandler<PageAnswer | object>): Promise<Observable<unknown>> {
    const answer = await lastValueFrom(next.handle());
    const http = context.switchToHttp();
    return of(this.pages.bodyOf(answer, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()));
  }
}

/** A controller of pages: its methods return {@link PageAnswer}s. */
export const PageController = (path = '/'): ClassDecorator =>
  applyDecorators(Controller(path), UseInterceptors(PageInterceptor));
