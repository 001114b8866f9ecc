/**
 * The cameras of the pages: open before a call, as they are on the floor, and of a size that is asked for.
 *
 * @module
 */

/** The size of a picture, in pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
}

/** Has every camera of the page give a picture of this size, whatever the page asks for. */
export function installCamera({ width, height }: Picture): void {
  const devices = globalThis.MediaDevices?.prototype;
  const ask = devices?.getUserMedia;
  if (!devices || !ask) return;
  devices.getUserMedia = function (constraints) {
    const video = constraints?.video && { width, height, frameRate: 30 };
    return ask.call(this, { ...constraints, ...(video && { video }) });
  };
}

/**
 * An expression that has a page of ours keep camera and microphone open, as the page itself does for agents that elect;
 * answers when they are. The phone is not to be had but from the scripts that the page has loaded already.
 */
export const WARM = `(${warm})()`;

async function warm(): Promise<void> {
  interface Held {
    readonly value: unknown;
  }
  interface Camera {
    want(owner: object, wants: object): void;
    readonly microphone: Held;
    readonly picture: Held;
  }
  function cameraOf(exported: unknown): Camera | undefined {
    const { camera } = (exported ?? {}) as { camera?: Camera };
    return typeof camera?.want === "function" ? camera : undefined;
  }
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  for (const name of loaded.filter((each) => /\/_i\/[^/]+\.js$/.test(each))) {
    const module: Record<string, unknown> = await import(name);
    const [camera] = Object.values(module).flatMap((each) => cameraOf(each) ?? []);
    if (!camera) continue;
    camera.want({}, { microphone: true, camera: true });
    while (!camera.microphone.value || !camera.picture.value) await new Promise((go) => setTimeout(go, 20));
    return;
  }
  throw new Error("Cannot open the camera: no script of the page hands out its phone");
}
