/**
 * Whether the server can be reached, over a socket of its own: the phone's line may be down for another reason.
 *
 * @module
 */

/** How long the server may take to answer, in milliseconds. */
const PATIENCE = 5000;

/** How many times it is asked; the quickest answer counts, for the first ones find the browser busy. */
const TIMES = 4;

/** The way to the server and back in milliseconds; `undefined` where it does not answer. */
export function roundTrip(): Promise<number | undefined> {
  const { protocol, host } = location;
  const socket = new WebSocket(`${protocol.replace("http", "ws")}//${host}/socket`);
  return new Promise((resolve) => {
    const taken: number[] = [];
    let askedAt = 0;
    const ask = () => {
      askedAt = performance.now();
      // Also answered to phones that have not registered.
      socket.send(JSON.stringify({ type: "ping" }));
    };
    const end = () => {
      clearTimeout(timer);
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
      resolve(taken.length > 0 ? Math.min(...taken) : undefined);
    };
    const timer = setTimeout(end, PATIENCE);
    socket.onopen = ask;
    socket.onclose = end;
    socket.onmessage = () => {
      if (taken.push(performance.now() - askedAt) < TIMES) ask();
      else end();
    };
  });
}
