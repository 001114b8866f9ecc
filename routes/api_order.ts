/**
 * What the operations that act on calls of others have in common.
 *
 * @module
 */
import type { Order } from "../protocol/messages.ts";
import { answering } from "./api_answer.ts";
import type { OrderWish } from "./api_house.ts";
import type { Input } from "./api_input.ts";
import type { Operation } from "./api_operations.ts";
import type { Handler } from "./house.ts";

const text = (value: Input[string]): string | undefined => value === undefined ? undefined : String(value);

/** The handler of an operation that gives an order; it answers with the id of the call, or tells why not. */
export const ordering = (operation: Operation, order: Order): Handler =>
  answering(operation, async (c, _caller, { CallId, Transferor, Receiver, PhoneNumber, Key }) => {
    const wish: OrderWish = { party: text(Transferor ?? Receiver), to: text(PhoneNumber), keys: text(Key) };
    const refusal = await c.var.house.api.order(String(CallId), order, wish);
    return refusal ?? { json: { CallId } };
  });
