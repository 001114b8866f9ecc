/**
 * The first script of an agent's page: it stands inside the page, asks for the socket before anything else is fetched,
 * says who the page is and brings the key of the link along. What it hears is kept until the phone is there and takes
 * the line over (`early.ts`). In case of doubt it gives up, for the phone can do all this by itself.
 *
 * @module
 */
import { FIRST_WORD, inUpgrade, keyInUpgrade } from "../protocol/first_word.ts";
import type { EarlyLine } from "./early.ts";
import { keyInFragment, onceShown, registrationOf } from "./registering.ts";

/**
 * How long the phone may take to come, in milliseconds; as long as a PBX waits for one that was lost. Nobody is to be
 * called at a page without a phone.
 */
const LATEST = 30_000;

function openLine(number: string): void {
  const { url, device, ...rest } = registrationOf(number);
  const word = JSON.stringify({ type: "register", device, ...rest });
  const key = keyInFragment();
  const said = [FIRST_WORD, inUpgrade(word)];
  if (key) said.push(keyInUpgrade(number, key));
  const socket = new WebSocket(url, said);
  const heard: MessageEvent[] = [];
  const line: EarlyLine = {
    url,
    word,
    socket,
    heard,
    giveUp() {
      if (globalThis.earlyLine !== line) return;
      globalThis.earlyLine = undefined;
      if (socket.readyState === 1) socket.send('{"type":"unregister"}');
      socket.close();
    },
  };
  globalThis.earlyLine = line;
  // A server that has not taken what came with the question has heard nothing yet.
  socket.onopen = () => socket.protocol || line.giveUp();
  socket.onmessage = (event) => {
    heard.push(event);
    if (event.data.startsWith('{"type":"registered"')) performance.mark("registered");
  };
  socket.onclose = (event) => line.closed = event;
  addEventListener("pagehide", line.giveUp);
  setTimeout(line.giveUp, LATEST);
}

const { number } = document.currentScript?.dataset ?? {};
if (number && isSecureContext) onceShown(() => openLine(number));
