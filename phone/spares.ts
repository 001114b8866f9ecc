/**
 * Connections at hand: made, and their candidates gathered, before anybody calls, so that a call begins with all that it
 * has to say. Where calls may need a relay they gather when they are made, for a relay keeps a place for each.
 *
 * @module
 */
import type { Browser, PeerConnection } from "./browser.ts";
import { tune } from "./tuning.ts";

/** What a connection is to do first. */
type Use = "offer" | "answer";

/** How long a spare one is good, in milliseconds: networks change, and candidates with them. */
const FRESH = 300_000;

/** How long candidates that are as good as there may take to be part of a description, in milliseconds. */
const GATHERED = 30;

/** How long what is not needed any more is left alone while a call begins, in milliseconds. */
const LEISURE = 1000;

interface Spare {
  readonly connection: RTCPeerConnection;
  readonly configuration: string;
  readonly madeAt: number;
}

/** Whether calls may go over a relay. */
export const hasRelay = ({ iceServers = [] }: RTCConfiguration): boolean =>
  iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith("turn")));

/** Makes connections for a browser, and keeps one for each use at hand. */
export class Spares {
  readonly #browser: Pick<Browser, "now">;
  readonly #spares = new Map<Use, Spare>();

  constructor(browser: Pick<Browser, "now">) {
    this.#browser = browser;
  }

  /** A connection that is ready, else a new one. */
  createPeerConnection(configuration: RTCConfiguration, offers: boolean): PeerConnection {
    const use = offers ? "offer" : "answer";
    const spare = this.#spares.get(use);
    this.#spares.delete(use);
    // Whoever is in a call needs no other one at hand; but to close it takes time that the call needs now.
    const others = [...this.#spares.values()];
    this.#spares.clear();
    setTimeout(() => others.forEach(({ connection }) => connection.close()), LEISURE);
    if (spare && this.#isGood(spare, configuration)) return spare.connection;
    spare?.connection.close();
    return make(configuration);
  }

  /** Puts connections at hand that are not there, or not good any more. */
  async prepare(configuration: RTCConfiguration): Promise<void> {
    if (hasRelay(configuration)) return this.drop();
    for (const use of ["offer", "answer"] as const) {
      const spare = this.#spares.get(use);
      if (spare && this.#isGood(spare, configuration)) continue;
      spare?.connection.close();
      this.#spares.delete(use);
      const connection = await ready(configuration, use);
      this.#spares.set(use, {
        connection,
        configuration: JSON.stringify(configuration),
        madeAt: this.#browser.now(),
      });
    }
  }

  /** What is at hand is of no use any more, as after a change of the network. */
  drop(): void {
    for (const { connection } of this.#spares.values()) connection.close();
    this.#spares.clear();
  }

  #isGood({ connection, configuration, madeAt }: Spare, wanted: RTCConfiguration): boolean {
    return connection.signalingState !== "closed" && configuration === JSON.stringify(wanted) &&
      this.#browser.now() - madeAt < FRESH;
  }
}

const make = (configuration: RTCConfiguration): RTCPeerConnection =>
  tune(new RTCPeerConnection(configuration));

/** One to answer with has its candidates in a pool; one to offer with has made its offer. */
async function ready(configuration: RTCConfiguration, use: Use): Promise<RTCPeerConnection> {
  if (use === "answer") return pooled(configuration);
  const connection = make(configuration);
  const transceivers = [connection.addTransceiver("audio"), connection.addTransceiver("video")];
  await connection.setLocalDescription();
  const add = connection.addTransceiver.bind(connection);
  const describe = connection.setLocalDescription.bind(connection);
  // Whoever takes it does as with any other, and finds it done.
  connection.addTransceiver = (...what) => transceivers.shift() ?? add(...what);
  connection.setLocalDescription = async (description?: RTCLocalSessionDescriptionInit) => {
    connection.setLocalDescription = describe;
    if (connection.signalingState !== "have-local-offer") await describe(description);
  };
  return connection;
}

function pooled(configuration: RTCConfiguration): RTCPeerConnection {
  const connection = make({ ...configuration, iceCandidatePoolSize: 1 });
  const configure = connection.setConfiguration?.bind(connection);
  if (configure) {
    connection.setConfiguration = (changed) => configure({ ...changed, iceCandidatePoolSize: 1 });
  }
  const describe = connection.setLocalDescription.bind(connection);
  connection.setLocalDescription = async (description?: RTCLocalSessionDescriptionInit) => {
    await describe(description);
    await gathered(connection);
  };
  return connection;
}

function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    if (connection.iceGatheringState === "complete") return resolve();
    const done = () => {
      clearTimeout(timer);
      connection.removeEventListener("icegatheringstatechange", look);
      resolve();
    };
    const look = () => connection.iceGatheringState === "complete" && done();
    const timer = setTimeout(done, GATHERED);
    connection.addEventListener("icegatheringstatechange", look);
  });
}

/** Lets the page call itself, without sound or picture: what a first call has to load and to warm up is there then. */
export async function rehearse(): Promise<void> {
  const [one, other] = [make({}), make({})];
  try {
    one.onicecandidate = ({ candidate }) =>
      void other.addIceCandidate(candidate ?? undefined).catch(() => {});
    other.onicecandidate = ({ candidate }) =>
      void one.addIceCandidate(candidate ?? undefined).catch(() => {});
    one.addTransceiver("audio");
    one.addTransceiver("video");
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription ?? { type: "offer" });
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription ?? { type: "answer" });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 2000);
      one.onconnectionstatechange = () => {
        if (one.connectionState !== "connected") return;
        clearTimeout(timer);
        resolve();
      };
    });
  } finally {
    one.close();
    other.close();
  }
}
