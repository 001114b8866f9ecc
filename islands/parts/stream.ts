import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/**
 * Has a player of the page show a stream; `undefined` leaves it what it has, `null` takes that away.
 *
 * With the page's part the player goes, too. One that is only taken out of the document plays on until memory is
 * collected, and holds pictures that the camera needs back: after two calls or three it stood still for a second and more.
 */
export function useStream(
  player: RefObject<HTMLVideoElement | null>,
  stream: MediaStream | null | undefined,
): void {
  useEffect(() => {
    if (player.current && stream !== undefined) player.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    const { current } = player;
    return () => {
      if (current) current.srcObject = null;
    };
  }, []);
}
