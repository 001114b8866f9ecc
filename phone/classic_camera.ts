/**
 * `OzCamera`: a camera object that is there before any permission is. It opens while a display or a call uses it, and
 * goes dark when none does.
 *
 * @module
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Browser } from "./browser.ts";
import { troubleOf } from "./camera.ts";
import { numberOf, textOf } from "./classic_manners.ts";
import type { Page } from "./classic_page.ts";
import { Player } from "./classic_player.ts";
import { constraintsOf, limitsOf, type Mode, type Quality } from "./classic_quality.ts";
import type { PictureLimits } from "./negotiation.ts";
import type * as classic from "./webphone_types.ts";

/** The word for cameras among the devices (W3C `MediaDeviceKind`). */
const CAMERA = "videoinput";

/** What all parts of the classic API need of their surroundings. */
export interface Surroundings {
  readonly browser: Browser;
  readonly page: Page;
  /** Tells the page what went wrong where nothing could be thrown. */
  fail(code: string, message: string): void;
}

/** One camera (rows 67 to 74). Made by {@linkcode Cameras}, never by hand. */
export class ClassicCamera implements classic.OzCamera {
  readonly #around: Surroundings;
  readonly #name: string | undefined;
  readonly #mode = signal<Mode>({ width: 640, height: 480, fps: 30 });
  readonly #quality = signal<Quality>({ bandwidth: 0, quality: 0 });
  readonly #picture = signal<MediaStreamTrack>();
  readonly #display = signal<Player>();
  readonly #users = new Set<object>();
  #isOpening = false;

  constructor(around: Surroundings, name: string | undefined) {
    this.#around = around;
    this.#name = name;
    effect(() => this.#show());
  }

  /** The live picture, while somebody uses it and it is to be had. For calls only. */
  get picture(): ReadonlySignal<MediaStreamTrack | undefined> {
    return this.#picture;
  }

  /** How much of it may go out. For calls only. */
  readonly limits: ReadonlySignal<PictureLimits | undefined> = computed(() =>
    limitsOf(this.#mode.value, this.#quality.value)
  );

  setMode(width = 160, height = 120, fps = 15): void {
    const mode = {
      width: numberOf(width, "setMode", "width", 1),
      height: numberOf(height, "setMode", "height", 1),
      fps: numberOf(fps, "setMode", "fps", 0.1),
    };
    this.#mode.value = mode;
    const track = this.#picture.peek();
    if (track) void this.#apply(track);
  }

  setQuality(bandwidth: number, quality: number): void {
    this.#quality.value = {
      bandwidth: numberOf(bandwidth, "setQuality", "bandwidth"),
      quality: numberOf(quality, "setQuality", "quality", 0, 100),
    };
  }

  setDisplay(displayId?: string | null): void {
    const id = textOf(displayId ?? "", "setDisplay", "displayId");
    const before = this.#display.peek();
    this.#display.value = id ? playerIn(this.#around, id, "Your camera") : undefined;
    before?.play(undefined);
    if (id) this.use(this.#display);
    else this.release(this.#display);
  }

  /** Keeps the camera open for `user`. For calls only. */
  use(user: object): void {
    this.#users.add(user);
    if (!this.#picture.peek()) void this.#open();
  }

  /** `user` is done with it; the light goes off when it was the last (row 83). For calls only. */
  release(user: object): void {
    this.#users.delete(user);
    if (this.#users.size === 0) this.#stop();
  }

  /** Ends all use. For {@linkcode Cameras} only. */
  close(): void {
    this.setDisplay("");
    this.#users.clear();
    this.#stop();
  }

  #show(): void {
    const track = this.#picture.value;
    this.#display.value?.play(track && this.#around.browser.newStream([track]));
  }

  #stop(): void {
    this.#picture.peek()?.stop();
    this.#picture.value = undefined;
  }

  async #open(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      const mode = this.#mode.peek();
      const track = await this.#ask(mode);
      this.#take(track);
      if (this.#mode.peek() !== mode) await this.#apply(track);
    } catch (error) {
      this.#blame(error);
    }
    this.#isOpening = false;
    // Whoever wanted it may have gone while the user read the question.
    if (this.#users.size === 0) this.#stop();
  }

  #take(track: MediaStreamTrack): void {
    track.onended = () => {
      if (this.#picture.peek() !== track) return;
      this.#picture.value = undefined;
      this.#fail("camera-missing", "it is gone");
    };
    this.#picture.value = track;
  }

  #blame(error: unknown): void {
    const code = error instanceof UnknownCamera ? "camera-unknown" : `camera-${troubleOf(error)}`;
    this.#fail(code, (error as Error).message);
  }

  #fail(code: string, why: string): void {
    this.#around.fail(code, `Cannot use the camera: ${why}`);
  }

  async #ask(mode: Mode): Promise<MediaStreamTrack> {
    const device = this.#name === undefined ? {} : { deviceId: { exact: await this.#find(this.#name) } };
    try {
      return await this.#get({ ...constraintsOf(mode), ...device });
    } catch (error) {
      if ((error as Error).name !== "OverconstrainedError") throw error;
      return await this.#get({ ...constraintsOf(mode, false), ...device });
    }
  }

  async #get(video: MediaTrackConstraints | true): Promise<MediaStreamTrack> {
    // Asked for one picture a browser gives one, or an error.
    const [track] = (await this.#around.browser.getUserMedia({ video })).getTracks() as [MediaStreamTrack];
    return track;
  }

  /** Devices have no names before permission, so it is asked for first (row 68). Throws for a name that none has. */
  async #find(name: string): Promise<string> {
    const { page } = this.#around;
    let devices = await page.devices();
    if (devices.every(({ kind, label }) => kind !== CAMERA || !label)) {
      const any = await this.#get(true);
      devices = await page.devices();
      any.stop();
    }
    const cameras = devices.filter(({ kind }) => kind === CAMERA);
    const found = cameras.find(({ label }) => label === name) ??
      cameras.find(({ deviceId }) => deviceId === name);
    if (!found) throw new UnknownCamera(`there is no ${name}`);
    return found.deviceId;
  }

  async #apply(track: MediaStreamTrack): Promise<void> {
    const mode = this.#mode.peek();
    await track.applyConstraints(constraintsOf(mode))
      .catch(() => track.applyConstraints(constraintsOf(mode, false)))
      .catch((error) => this.#fail("failed", error.message));
  }
}

/** The cameras of a page, by name; the default one has none. */
export class Cameras {
  readonly #around: Surroundings;
  readonly #byName = new Map<string | undefined, ClassicCamera>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The camera of that name, the same object each time (row 67). */
  get(name?: string | null): ClassicCamera {
    const key = textOf(name ?? "", "getCameraByName", "name") || undefined;
    const camera = this.#byName.get(key) ?? new ClassicCamera(this.#around, key);
    this.#byName.set(key, camera);
    return camera;
  }

  /** Turns all of them off and takes their pictures out of the page. */
  close(): void {
    for (const camera of this.#byName.values()) camera.close();
  }
}

/** Plays a picture in the page's element of that id; the page is told once when it has no such element. */
export function playerIn(around: Surroundings, id: string, name: string): Player {
  let complain = () => around.fail("no-display", `Cannot use the display: there is no ${id}`);
  return new Player(around, () => {
    const placed = around.page.placePicture(id, name);
    if (placed) return placed;
    complain();
    complain = () => {};
  });
}

/** No device has the name that was asked for. */
class UnknownCamera extends Error {}
