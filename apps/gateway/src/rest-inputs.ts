import { AppError } from '#libs/core';
import { type ValidationError, ValidationPipe } from '@nestjs/common';

/** Checks the bodies of REST routes by the decorators of their classes. A property that no class names is refused, so that a misspelt limit is not a missing one. */
export const restInputs = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => refusal(errors),
  });

/** The first thing that is wrong, by its path: `config.methods`. The value is not repeated. */
function refusal(errors: readonly ValidationError[], above = ''): AppError {
  const [{ property = '', constraints = {}, children = [] } = {}] = errors;
  const path = `${above}${property}`;
  if (children.length > 0) return refusal(children, `${path}.`);
  const [[rule, sentence] = ['', 'The request body is not what is expected here']] = Object.entries(constraints);
  const message =
    rule === 'whitelistValidation'
      ? `\`${path.slice(0, 100)}\` is not known here: leave it out, or correct its name.`
      : `${sentence}.`;
  return new AppError('invalid_parameters', message, path ? { details: { parameter: path.slice(0, 100) } } : {});
}
