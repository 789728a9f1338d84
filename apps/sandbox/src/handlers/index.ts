import { type Handler } from '../call.js';
import * as byOperationId from './by-operation-id.js';

/** What the sandbox can do, by operationId. A row of the operation table that is missing here answers 501 by name. */
export const HANDLERS: Readonly<Record<string, Handler>> = byOperationId;
