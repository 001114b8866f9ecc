/**
 * What outlives a page in its browser: what was muted in the calls that the next page takes up. The device that it is for
 * the PBX is in `registering.ts`.
 *
 * @module
 */
import { untracked } from "@preact/signals";
import type { Call } from "../phone/call.ts";
import { BOTH, type Wants } from "../phone/camera.ts";
import type { Phone } from "../phone/phone.ts";

type Kept = Readonly<Record<string, Wants>>;

/** What the calls of `phone` send goes on over a reload: nobody is unmuted by it. To be run as an effect. */
export function keepWishes(phone: Phone, number: string): () => void {
  const name = `sends-${number}`;
  const before = read(name);
  const begun = new WeakSet<Call>();
  return () => {
    const calls = phone.calls.value;
    for (const call of calls) {
      if (call.acceptedAt === undefined || begun.has(call)) continue;
      begun.add(call);
      untracked(() => call.want(before[call.id] ?? BOTH));
    }
    // A page that does not know its calls yet must not forget them.
    if (calls.length > 0) write(name, Object.fromEntries(calls.map((call) => [call.id, call.sending.value])));
  };
}

function read(name: string): Kept {
  try {
    return JSON.parse(localStorage[name] ?? "{}");
  } catch {
    return {};
  }
}

function write(name: string, kept: Kept): void {
  try {
    localStorage[name] = JSON.stringify(kept);
  } catch {
    // Where nothing may be kept, a reload begins with both.
  }
}
