import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { LongAir, LongWire } from "./distance.ts";

const ROUND_TRIP = 60;

/** How long something takes, in milliseconds. */
async function took(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

function assertTook(roundTrips: number, milliseconds: number): void {
  const least = roundTrips * ROUND_TRIP - 1;
  assert.ok(milliseconds >= least, `${milliseconds} ms are less than ${roundTrips} round trips`);
}

Deno.test("a LongWire takes a round trip to open, and one for each question", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using wire = new LongWire(listener.addr.port, ROUND_TRIP);
  const near = await Deno.connect({ hostname: "127.0.0.1", port: wire.port });
  const far = await listener.accept();
  const ask = async () => {
    await near.write(new Uint8Array([1]));
    await far.read(new Uint8Array(1));
    await far.write(new Uint8Array([2]));
    assert.equal(await near.read(new Uint8Array(1)), 1);
  };
  assertTook(2, await took(ask));
  assertTook(1, await took(ask));
  near.close();
  assert.equal(await far.read(new Uint8Array(1)), null, "the end arrives too");
  far.close();
});

Deno.test("LongAir holds back what two send each other, and each knows the other by its stand-in", async () => {
  const [one, other] = [createSocket("udp4"), createSocket("udp4")];
  for (const socket of [one, other]) {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
  }
  using air = new LongAir(ROUND_TRIP);
  for (const socket of [one, other]) air.announce("127.0.0.1", socket.address().port);
  other.on("message", (bytes, from) => other.send(`${bytes}, said back`, from.port, from.address));
  const answer = once(one, "message");
  assertTook(
    1,
    await took(async () => {
      one.send("a word", other.address().port, "127.0.0.2");
      const [bytes, from] = await answer;
      assert.deepEqual([`${bytes}`, from.address, from.port], [
        "a word, said back",
        "127.0.0.2",
        other.address().port,
      ]);
    }),
  );
  for (const socket of [one, other]) await new Promise<void>((closed) => socket.close(closed));
});
