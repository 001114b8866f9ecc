import assert from "node:assert/strict";
import { FIRST_WORD } from "../protocol/first_word.ts";
import { FakeSocket } from "../tests/support/fake_page.ts";
import { openSocket } from "./first_word.ts";

/** Opens a socket as the phone's line does, with this first word. */
async function opened(word: string) {
  const heard: string[] = [];
  const socket = openSocket("ws://pbx/socket");
  socket.onopen = () => socket.send(word);
  socket.onmessage = ({ data }) => heard.push(data);
  socket.onclose = () => heard.push("closed");
  await Promise.resolve();
  return { socket, heard, fake: FakeSocket.last };
}

async function withFake(test: () => Promise<void>): Promise<void> {
  const { WebSocket } = globalThis;
  Object.assign(globalThis, { WebSocket: FakeSocket });
  try {
    await test();
  } finally {
    Object.assign(globalThis, { WebSocket });
  }
}

Deno.test("a first word goes with the question for the socket, and is not said again", () =>
  withFake(async () => {
    const { socket, heard, fake } = await opened("Grüß Gott");
    assert.equal(fake.word, "Grüß Gott");
    fake.open(FIRST_WORD);
    assert.deepEqual(fake.sent, []);
    fake.hears("registered");
    socket.send("next");
    fake.ends(1006);
    assert.deepEqual([fake.sent, heard], [["next"], ["registered", "closed"]]);
  }));

Deno.test("a server that did not take the first word hears it as the first message", () =>
  withFake(async () => {
    const { fake } = await opened("hello");
    fake.open("");
    assert.deepEqual(fake.sent, ["hello"]);
  }));

Deno.test("after a socket that never opened the next one asks for nothing unusual, and so by turns until one opens", () =>
  withFake(async () => {
    const words = [];
    for (let tries = 0; tries < 3; tries++) words.push((await opened("hello")).fake.word);
    assert.deepEqual(words, ["hello", undefined, "hello"]);
    const { fake } = await opened("hello");
    fake.open("");
    assert.equal((await opened("hello")).fake.word, "hello");
    FakeSocket.last.open(FIRST_WORD);
  }));

Deno.test("a socket that is closed at once is never asked for", () =>
  withFake(async () => {
    const before = FakeSocket.made.length;
    openSocket("ws://pbx/socket").close();
    await Promise.resolve();
    assert.equal(FakeSocket.made.length, before);
  }));
