/**
 * How to give a page its camera and microphone back, in the words of the browser at hand.
 *
 * @module
 */
import type { Trouble } from "../phone/camera.ts";

const AGAIN = "then press Try again.";

/** What to do about `trouble` in the browser that calls itself `agent` (its user agent string). */
export function howToMend(trouble: Trouble, agent: string): string {
  if (trouble === "missing") return `Connect it, ${AGAIN}`;
  if (trouble === "in-use") return `Close the other program or tab that uses it, ${AGAIN}`;
  if (trouble === "insecure") return "Open this page over HTTPS.";
  return `${howToAllow(agent)}, ${AGAIN}`;
}

function howToAllow(agent: string): string {
  if (/iPhone|iPad/.test(agent)) return howToAllowOnIos(agent);
  if (/Android/.test(agent)) return "Tap the symbol left of the address, choose Permissions and allow both";
  if (/Firefox/.test(agent)) {
    return "Click the crossed-out symbol left of the address and take the block away";
  }
  if (/Edg|Chrome/.test(agent)) return "Click the symbol left of the address and allow camera and microphone";
  if (/Safari/.test(agent)) {
    return "Choose Settings for This Website in the Safari menu and allow camera and microphone";
  }
  return "Allow camera and microphone for this page in your browser's settings";
}

function howToAllowOnIos(agent: string): string {
  const app = /CriOS/.test(agent)
    ? "Chrome"
    : /FxiOS/.test(agent)
    ? "Firefox"
    : /EdgiOS/.test(agent)
    ? "Edge"
    : "";
  if (app) return `Open the Settings app, go to Apps, ${app}, and allow camera and microphone`;
  return "Tap the page menu beside the address, then Website Settings, and allow camera and microphone";
}
