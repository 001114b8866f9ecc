/**
 * The examples: what each is about, and what its visitor does.
 *
 * @module
 */
import { STAGES } from "./examples_stages.ts";

/** The name of an example, in its URL and of its script in `static/examples/`. */
export type ExampleName = keyof typeof STAGES;

/** One example. */
export interface Example {
  readonly title: string;
  /** For the list, one sentence. */
  readonly summary: string;
  /** For the head of its page. */
  readonly lead: string;
  readonly steps: readonly string[];
  /** Whether it takes two of these pages or more. */
  readonly needsCompany: boolean;
  /** What cannot be done while there is no media engine. */
  readonly lacking?: string;
  /** A command that the visitor needs. */
  readonly command?: string;
}

const TWICE =
  "Open this page twice: here, and in a second window or on another device. The two find each other.";

const WAIT =
  "Each is told of the other. Both wait up to a fifth of a second, by chance; then one calls and the other accepts.";

const OWN_KIND = "Only pages of this example are called. Agents on the same line are left alone.";

const ENDING = "Hang up on either page ends the call on both and leaves the line. Reload to begin again.";

/** All of them, in the order in which they are best read. */
export const EXAMPLES: Readonly<Record<ExampleName, Example>> = {
  calls: {
    title: "Making and accepting calls",
    needsCompany: true,
    summary: "Dial, accept, reject, hold, several calls at once, and keys.",
    lead: "Open this page twice and call one from the other, by its button or by its number.",
    steps: [
      "Every page gets a number of five letters and digits. Any number can be dialled, an agent’s as well.",
      "An incoming call shows two buttons: Accept and Reject.",
      "Open the page a third time and call again: who accepts a second call holds the first.",
      "Keys go to the call that is not on hold, and show up on the other page.",
    ],
  },
  sip: {
    title: "Browser and telephone",
    needsCompany: false,
    summary: "Dial a telephone and see what comes back.",
    lead: "Dial any number: that of a telephone at this PBX, or one in the world outside.",
    steps: [
      "Telephones at this PBX have numbers from 2000 to 2999. A number with + or 00 goes out by the trunk.",
      "What comes back is shown: RINGING, IN_CALL, or why not, such as NOT_FOUND, REJECTED or BUSY.",
      "The same page takes calls. Somebody who dials its number rings here.",
    ],
    lacking:
      "No media engine and no SIP trunk is configured (the setting MEDIA is “direct:”), and no telephone can register: " +
      "sound goes from browser to browser only. You can dial all the same, and the PBX answers NOT_FOUND for a " +
      "telephone’s number. Web clients and agents can be reached.",
  },
  voice: {
    title: "Voice between browsers",
    needsCompany: true,
    summary: "Two pages find each other and talk, sound only.",
    lead: TWICE,
    steps: [
      "Allow the microphone. Both pages go on the line Webphone1, and each gets a number of its own.",
      WAIT,
      "Sound flows both ways with no further word from the page.",
      OWN_KIND,
      ENDING,
    ],
  },
  video: {
    title: "Video between browsers",
    needsCompany: true,
    summary: "Two pages find and see each other, with nothing but the drop-in script.",
    lead: TWICE,
    steps: [
      "Allow camera and microphone. Both pages go on the line Webphone1, and each gets a number of its own.",
      WAIT,
      "Once the call stands, each sends its camera and shows the other’s picture.",
      OWN_KIND,
      ENDING,
    ],
  },
  conference: {
    title: "Voice conference",
    needsCompany: true,
    summary: "Three or more pages hear one another: each calls every other.",
    lead: "Open this page three times or more, and press Join on each. Everybody hears everybody.",
    steps: [
      "Of any two pages the one whose number comes first calls, and the other accepts.",
      "Each page has a call to every other page, and its browser mixes what it hears.",
      "Mute silences you in all calls. Leave ends them.",
      OWN_KIND,
    ],
    lacking:
      "A room with a number (8000 to 8999), which mixes the sound in one place and takes telephones as well, needs a " +
      "media engine. None is configured (the setting MEDIA is “direct:”), so here the pages call one another instead. That is good " +
      "for about eight of them.",
  },
  chat: {
    title: "Live chat",
    needsCompany: true,
    summary: "Nicknames, messages, and voice on top.",
    lead: "Open this page twice or more, choose a nickname on each, and write. Talk adds your voice.",
    steps: [
      "The nickname is one of the properties that a page gives to connect, and the others read it.",
      "Messages travel over calls. These need no sound, and nobody is asked for a microphone.",
      "Talk opens your microphone for everybody here. Press it on both pages to hear each other.",
      OWN_KIND,
    ],
  },
  hud: {
    title: "Heads-up display",
    needsCompany: false,
    summary: "All calls of the PBX as they come and go, and what may be done to them.",
    lead:
      "Every running call with its parties, its state and how long it takes. It needs a token that may see calls.",
    command: "deno task token new --line Webphone1 --may calls,messages,sessions,modify,history,listen",
    steps: [
      "Make a token by the command below, on the server, and paste its last line. It stays in this tab only.",
      "Begin a call elsewhere, such as on two pages of the voice example, and watch it come up here.",
      "Hold, Unhold, Transfer and Hang up are there for tokens with the right to modify. Transfer moves the caller.",
    ],
  },
  assistant: {
    title: "Call assistant",
    needsCompany: true,
    summary: "An extension with its password: colleagues, presence, click to call, and history.",
    lead: "Log in as an extension of this PBX, see who is there, and call by a click.",
    command: "deno task agent add 1003 --supervisor",
    steps: [
      "The password is the key in an agent’s link: what stands there behind #key=. The command below makes an agent " +
      "who may read the history, too; agent link makes a new link for one.",
      "Log in twice, here and elsewhere, as two agents. Each sees the other come online.",
      "Press Call beside a colleague. There a window pops up with your name.",
      "Afterwards the call is in the history, if the extension may read it.",
    ],
  },
};

/** The examples with their names, in order. */
export const EXAMPLE_LIST: readonly (readonly [string, Example])[] = Object.entries<Example>(EXAMPLES);
