/**
 * What is wrong with a text that should be a message.
 *
 * @module
 */

/** A text that is no message; `field` is the dotted path of what is wrong, empty for the whole. */
export class MessageError extends Error {
  override name = "MessageError";
  constructor(reason: string, readonly field = "") {
    super(`Cannot read message: ${field && `${field}: `}${reason}`);
  }
}
