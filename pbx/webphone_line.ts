/**
 * The line to browsers: it reaches the devices of a number through the bus, on whichever node they are.
 *
 * @module
 */
import type { Bus, CallRecord, Invitation, Line, Registrar } from "./ports.ts";
import { deviceTopic, numberTopic } from "./topics.ts";

/** Agents and web clients. */
export class WebphoneLine implements Line {
  constructor(readonly bus: Bus, readonly registrar: Registrar) {}

  async invite(call: CallRecord, { offer, name, replaces }: Invitation): Promise<boolean> {
    const devices = await this.registrar.ofNumber(call.callee.number);
    const { device = devices[0]?.device } = call.callee;
    if (!devices.some((there) => there.device === device)) return false;
    const { id, caller, early, elected } = call;
    this.deliver(
      call.callee,
      JSON.stringify({
        type: "invite",
        call: id,
        from: caller.number,
        name,
        offer,
        early,
        elected,
        replaces,
      }),
    );
    return true;
  }

  deliver({ number, device }: CallRecord["callee"], text: string): void {
    this.bus.publish(device === undefined ? numberTopic(number) : deviceTopic({ number, device }), text);
  }
}
