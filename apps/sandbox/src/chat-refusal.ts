import { NO_CODE, Refusal } from './refusal.js';

const kind = (status: number, message: string) => () => new Refusal(status, message, NO_CODE);

/** Everything that chat refuses with. What the caller must not see is answered like what does not exist. */
export const refuseChat = {
  noChannel: kind(404, 'Channel not found'),
  noMessage: kind(404, 'Message not found'),
  noReaction: kind(404, 'Reaction not found'),
  forbidden: kind(403, 'Not allowed'),
  directMessage: kind(400, 'Not supported for direct messages'),
  nameMissing: kind(400, 'name should not be empty'),
  nameTaken: kind(400, 'A Channel with this name already exists'),
  locationTaken: kind(400, 'The location already has a Channel'),
  locationInvalid: kind(400, 'location is invalid'),
  visibilityInvalid: kind(400, 'visibility must be one of PUBLIC, PRIVATE'),
  formatInvalid: kind(400, 'format must be one of text/md, text/plain'),
  tooManyPeople: kind(400, 'Too many user_ids'),
  personUnknown: kind(400, 'User is not in the Workspace'),
  limitInvalid: kind(400, 'limit must be between 1 and 100'),
  cursorInvalid: kind(400, 'cursor is invalid'),
  typeInvalid: kind(400, 'type must be one of message, post'),
  contentMissing: kind(400, 'content should not be empty'),
  contentTooLong: kind(400, 'content must be at most 40000 characters'),
  postIncomplete: kind(400, 'post_data needs a title and a subtype of this Workspace'),
  replyToReply: kind(400, 'Replies cannot be replied to'),
  reactionUnsupported: kind(400, 'Reaction is not supported'),
  reactionExists: kind(400, 'Reaction already exists'),
  commentTypeInvalid: kind(400, 'comment_type is invalid'),
  /** Reported from the real service: these fields are for new messages, and an update that has them fails. */
  triaged: kind(500, 'Internal Server Error'),
} as const;
