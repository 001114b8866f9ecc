/**
 * Every message between a phone and the PBX. The schemas, one file a direction, are written once: they validate at both
 * ends, and the types are inferred from them. `docs/protocol.md` shows an example of each.
 *
 * @module
 */
import type { PbxMessage } from "./pbx_messages.ts";
import type { PhoneMessage } from "./phone_messages.ts";

export {
  type IceServer,
  parsePbxMessage,
  type PbxMessage,
  type Person,
  type Session,
} from "./pbx_messages.ts";
export { type Order, parsePhoneMessage, type PhoneMessage } from "./phone_messages.ts";
export { MAX_DIALLED, MAX_MESSAGE_BYTES, MAX_WRITTEN } from "./schema.ts";
export { MessageError } from "./message_error.ts";

/** Any message. */
export type Message = PhoneMessage | PbxMessage;

/** The message of type `T` among `M`. */
export type Of<M extends Message, T extends M["type"]> = Extract<M, { type: T }>;

/** One handler for each message type; the compiler lists those that are missing. */
export type Handlers<M extends { type: string }, R = void> = {
  [T in M["type"]]: (message: Extract<M, { type: T }>) => R;
};

/** Hands `message` to its handler in the table. */
export function dispatch<M extends { type: string }, R>(handlers: Handlers<M, R>, message: M): R {
  const table = handlers as unknown as Record<M["type"], (message: M) => R>;
  return table[message.type as M["type"]](message);
}

/** The same for messages of many senders: each handler is told who `F` it is. */
export type HandlersFrom<F, M extends { type: string }, R = Promise<void>> = {
  readonly [T in M["type"]]: (from: F, message: Extract<M, { type: T }>) => R;
};

/** Hands `message` of `from` to its handler in the table. */
export function dispatchFrom<F, M extends { type: string }, R>(
  handlers: HandlersFrom<F, M, R>,
  from: F,
  message: M,
): R {
  const handle = handlers[message.type as M["type"]] as (from: F, message: M) => R;
  return handle(from, message);
}
