/**
 * A desk whose phone keeps links, put together as the agent's page does it (`islands/links.ts`).
 *
 * @module
 */
import { effect, signal, untracked } from "@preact/signals-core";
import type { Browser, Socket } from "../../phone/browser.ts";
import type { LinkConnection } from "../../phone/link.ts";
import { LinkCalls } from "../../phone/link_calls.ts";
import { Links } from "../../phone/links.ts";
import { settle } from "./clock.ts";
import type { Desk, DeskOptions, Office } from "./office.ts";

/** A desk with links. */
export interface LinkedDesk extends Desk {
  readonly links: Links;
  /** Whether it accepts calls by itself. */
  readonly accepts: { value: boolean };
}

/** A desk for an agent, on line, who wants links with `numbers`. */
export async function linkedDesk(
  office: Office,
  number: string,
  numbers: readonly string[],
  options: DeskOptions = {},
): Promise<LinkedDesk> {
  const desk = office.desk(number, options);
  const { phone } = desk;
  const browser: Browser = desk.browser;
  const make = browser.createPeerConnection.bind(browser);
  const openSocket = browser.openSocket.bind(browser);
  const accepts = signal(true);
  const links = new Links({
    browser,
    connect: () => make({}, false) as LinkConnection,
    say: (message) => calls.say(message),
  });
  const wouldAccept = () => accepts.peek() && phone.calls.peek().length === 0;
  const calls = new LinkCalls({ phone, browser, links, wouldAccept });
  browser.createPeerConnection = (configuration, offers) =>
    calls.createPeerConnection(offers, () => make(configuration, offers));
  browser.openSocket = (url): Socket => {
    const socket = openSocket(url);
    queueMicrotask(() => calls.share(socket));
    return socket;
  };
  links.want(numbers);
  effect(() => phone.state.value.name === "registered" ? links.online() : links.offline());
  effect(() => links.idle(phone.calls.value.length === 0));
  effect(() => {
    if (!accepts.value) return;
    for (const call of phone.calls.value) {
      if (!call.outgoing && call.state.value.name === "ringing") untracked(() => call.accept());
    }
  });
  desk.connect();
  await settle();
  return { ...desk, links, accepts };
}

/** Two agents whose link stands. */
export async function twoLinked(
  office: Office,
  callee: DeskOptions = {},
  caller: DeskOptions = {},
): Promise<[LinkedDesk, LinkedDesk]> {
  const desks: [LinkedDesk, LinkedDesk] = [
    await linkedDesk(office, "1001", ["1002"], caller),
    await linkedDesk(office, "1002", ["1001"], callee),
  ];
  await office.clock.pass(0);
  return desks;
}
