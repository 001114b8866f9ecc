/**
 * Microphone and camera of this page. Nobody opens or closes them: whoever needs them *wants* them, and what nobody
 * wants any more is stopped, so that the light goes off.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Browser } from "./browser.ts";

/** What somebody wants to send. */
export interface Wants {
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** What a call sends and receives unless told otherwise. */
export const BOTH: Wants = { microphone: true, camera: true };

/** What a call sends of which nobody knows what its user wants. */
export const NEITHER: Wants = { microphone: false, camera: false };

/** Why a device is not to be had: the user or a policy said no, there is none, or it is in use elsewhere. */
export type Trouble = "denied" | "missing" | "in-use" | "insecure";

/** What is wrong with each of the two, if anything. */
export interface Troubles {
  readonly microphone?: Trouble;
  readonly camera?: Trouble;
}

type Kind = keyof Wants;

/** Devices by their ids (W3C `MediaDeviceInfo.deviceId`). */
export type Devices = { readonly [kind in Kind]?: string | undefined };

const KINDS: readonly Kind[] = ["microphone", "camera"];

const TROUBLES: Record<string, Trouble> = {
  NotAllowedError: "denied",
  SecurityError: "insecure",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
};

/** What an error of `getUserMedia` means for the user. */
export const troubleOf = (error: unknown): Trouble => TROUBLES[(error as Error).name] ?? "in-use";

/** What is asked of the browser; wishes, never demands, so that any device will do. */
const CONSTRAINTS = {
  // Echo cancelling and the like are on unless one asks otherwise.
  microphone: { name: "audio" },
  camera: { name: "video", width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
} as const;

/** A device that was there for so long may be asked for again when it is gone, in milliseconds; else that would never end. */
const LASTING = 2000;

/** Whatever devices the browser gives. */
const ANY: Devices = {};

/** The page's microphone and camera, shared by all its calls. */
export class Camera {
  readonly #browser: Browser;
  readonly #wishes = new Map<object, Wants>();
  /** What was asked for and not to be had: it is not asked for again before everybody has let go. */
  readonly #refused = new Set<Kind>();
  readonly #tracks = { microphone: signal<MediaStreamTrack>(), camera: signal<MediaStreamTrack>() };
  #chosen = ANY;
  readonly #troubles = signal<Troubles>({});
  readonly #asking = signal(false);
  /** The live microphone, while somebody wants it and it is to be had. */
  readonly microphone: ReadonlySignal<MediaStreamTrack | undefined> = this.#tracks.microphone;
  /** The live camera, while somebody wants it and it is to be had. */
  readonly picture: ReadonlySignal<MediaStreamTrack | undefined> = this.#tracks.camera;
  /** What hinders microphone or camera; empty while all is well. */
  readonly troubles: ReadonlySignal<Troubles> = this.#troubles;
  /** Whether the browser is being asked at this moment. */
  readonly asking: ReadonlySignal<boolean> = this.#asking;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Says what `owner` wants from now on; `undefined` for nothing. */
  want(owner: object, wants: Wants | undefined): void {
    if (wants) this.#wishes.set(owner, wants);
    else this.#wishes.delete(owner);
    this.#stopUnwanted();
    if (this.#wishes.size === 0) this.#refused.clear();
    this.#askIfLacking();
  }

  /** Takes these devices from now on, also in calls that run; an empty id leaves the choice to the browser. */
  choose(devices: Devices): void {
    this.#chosen = { ...this.#chosen, ...devices };
    for (const kind of KINDS) {
      if (devices[kind] === undefined) continue;
      this.#refused.delete(kind);
      this.#stop(kind);
    }
    this.#askIfLacking();
  }

  /** Asks again for what was refused. */
  retry(): void {
    this.#refused.clear();
    this.#askIfLacking();
  }

  #askIfLacking(): void {
    if (!this.#asking.peek() && this.#lacking().length > 0) void this.#ask();
  }

  #isWanted(kind: Kind): boolean {
    return [...this.#wishes.values()].some((wants) => wants[kind]);
  }

  #lacking(): Kind[] {
    return KINDS.filter((kind) =>
      this.#isWanted(kind) && !this.#tracks[kind].peek() && !this.#refused.has(kind)
    );
  }

  #stopUnwanted(): void {
    for (const kind of KINDS) {
      if (!this.#isWanted(kind)) this.#stop(kind);
    }
  }

  #stop(kind: Kind): void {
    this.#tracks[kind].peek()?.stop();
    this.#tracks[kind].value = undefined;
  }

  /** Asks for all that is lacking, at first in one question; wishes may change while the user reads it. */
  async #ask(): Promise<void> {
    this.#asking.value = true;
    for (let kinds = this.#lacking(); kinds.length > 0; kinds = this.#lacking()) {
      if (await this.#open(kinds)) continue;
      for (const kind of kinds) if (kinds.length < 2 || !(await this.#open([kind]))) this.#refused.add(kind);
    }
    this.#asking.value = false;
  }

  async #open(kinds: readonly Kind[]): Promise<boolean> {
    const constraints: MediaStreamConstraints = {};
    for (const kind of kinds) {
      const { name, ...wishes } = CONSTRAINTS[kind];
      const deviceId = this.#chosen[kind];
      constraints[name] = { ...wishes, ...(deviceId && { deviceId: { exact: deviceId } }) };
    }
    const chosen = this.#chosen;
    try {
      const stream = await this.#browser.getUserMedia(constraints);
      for (const track of stream.getTracks()) {
        // Another device may have been chosen while the user read the question.
        if (chosen === this.#chosen) this.#take(track);
        else track.stop();
      }
      this.#stopUnwanted();
      return true;
    } catch (error) {
      // What was chosen may not be there any more: any other will do.
      if (this.#chosen !== ANY) {
        this.#chosen = ANY;
        return await this.#open(kinds);
      }
      this.#blame(kinds, troubleOf(error));
      return false;
    }
  }

  #take(track: MediaStreamTrack): void {
    const kind: Kind = track.kind === "audio" ? "microphone" : "camera";
    const since = this.#browser.now();
    const { [kind]: _mended, ...others } = this.#troubles.peek();
    this.#troubles.value = others;
    this.#tracks[kind].value = track;
    track.onended = () => this.#lost(kind, track, since);
  }

  /** The device was pulled out, or the machine has slept: another one may do, or the same one again. */
  #lost(kind: Kind, track: MediaStreamTrack, since: number): void {
    if (this.#tracks[kind].peek() !== track) return;
    this.#tracks[kind].value = undefined;
    if (this.#browser.now() - since > LASTING) this.#askIfLacking();
    else this.#blame([kind], "missing");
  }

  #blame(kinds: readonly Kind[], trouble: Trouble): void {
    const blamed = Object.fromEntries(kinds.map((kind) => [kind, trouble]));
    this.#troubles.value = { ...this.#troubles.peek(), ...blamed };
  }
}
