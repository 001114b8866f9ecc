/**
 * Stands in for the schemas of what the PBX says, in the script that pages of others load: such a message comes from the
 * very server that the script came from. One of a wrong shape fails where it is used, is reported there, and ends nothing.
 *
 * @module
 */
import { MessageError } from "../../protocol/message_error.ts";

/** Reads what the PBX sent. Throws {@linkcode MessageError} for what is no message of any kind. */
export function parsePbxMessage(text: string): { readonly type: string } {
  const message = Object(parsed(text));
  if (typeof message.type === "string") return message;
  throw new MessageError("it has no type");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MessageError("it is not JSON");
  }
}
