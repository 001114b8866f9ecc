/**
 * Stands in for the schemas of what the PBX says, in the scripts of pages: such a message comes from the very server that
 * they came from. One of a wrong shape fails where it is used, is reported there, and ends nothing.
 *
 * @module
 */
import { MessageError } from "../../protocol/message_error.ts";

/** Reads what the PBX sent. Throws {@linkcode MessageError} for what is no message of any kind. */
export function parsePbxMessage(text: string): { readonly type: string } {
  try {
    const message = JSON.parse(text);
    // Texts have this, and hardly anything else that JSON can tell.
    if (message.type.at) return message;
  } catch {
    // No JSON, or nothing that has a type: said below.
  }
  throw new MessageError("no type");
}
