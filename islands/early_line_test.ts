import assert from "node:assert/strict";
import type { Socket } from "../phone/browser.ts";
import { Phone } from "../phone/phone.ts";
import { FIRST_WORD, TOO_MANY_KEYS, WRONG_KEY } from "../protocol/first_word.ts";
import { FakeBrowser } from "../tests/support/fake_browser.ts";
import { Clock } from "../tests/support/clock.ts";
import { type FakePage, FakeSocket, type PageOptions, withPage } from "../tests/support/fake_page.ts";
import { earlyAnswer } from "./early.ts";
import { isLate, openSocket } from "./first_word.ts";
import { registrationOf } from "./registering.ts";

const REGISTERED = '{"type":"registered","number":"1001"}';

let runs = 0;

/** Runs the first script of a page, in a page that is so; `opened` are the sockets that it has made. */
function earlyTest(
  name: string,
  options: PageOptions,
  test: (opened: readonly FakeSocket[], page: FakePage) => void | Promise<void>,
): void {
  Deno.test(name, () =>
    withPage(options, async (page) => {
      const before = FakeSocket.made.length;
      // Each page runs its script anew.
      await import(`./early_line.ts?${++runs}`);
      await test(FakeSocket.made.slice(before), page);
    }));
}

/** The first and only socket. */
function only(opened: readonly FakeSocket[]): FakeSocket {
  assert.equal(opened.length, 1);
  return opened[0]!;
}

/** What the phone says first when it registers as the page's agent. */
function phonesWord(): string {
  const said: string[] = [];
  const browser = new FakeBrowser({ exchange: () => assert.fail(), clock: new Clock() });
  const socket: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => void said.push(text),
    close: () => {},
  };
  browser.openSocket = () => socket;
  const phone = new Phone(browser);
  phone.connect(registrationOf("1001"));
  socket.onopen?.();
  phone.leave();
  return said[0] ?? "";
}

/** Opens a socket as the phone does, saying `word`; what it hears comes with whether it came before the phone. */
async function takenOver(word = phonesWord(), url = registrationOf("1001").url) {
  const heard: string[] = [];
  const socket = openSocket(url);
  socket.onopen = () => socket.send(word);
  socket.onmessage = ({ data }) => heard.push(isLate ? `late ${data}` : data);
  socket.onclose = ({ code }) => heard.push(`closed ${code}`);
  await Promise.resolve();
  return { socket, heard };
}

earlyTest(
  "the first script asks for the socket, in the very words that the phone would say",
  {},
  (opened) => {
    const socket = only(opened);
    assert.equal(socket.url, "wss://pbx.example:7778/socket");
    assert.equal(socket.word, phonesWord());
    assert.equal(JSON.parse(socket.word ?? "").takesUp, true);
    assert.equal(socket.key, undefined);
  },
);

earlyTest("the key of the link goes along with the question", { hash: "#key=a%20(b)" }, (opened) => {
  assert.deepEqual(only(opened).key, { number: "1001", key: "a (b)" });
});

earlyTest(
  "where nothing may be kept, page and phone are the same device all the same",
  { keeps: false },
  (opened) => {
    assert.equal(only(opened).word, phonesWord());
  },
);

earlyTest("a page that is not secure asks for nothing", { secure: false }, (opened) => {
  assert.equal(opened.length, 0);
});

earlyTest(
  "a page that nobody sees yet asks when somebody does",
  { prerendering: true },
  (opened, { document }) => {
    assert.equal(opened.length, 0);
    const before = FakeSocket.made.length;
    document.dispatchEvent(new Event("prerenderingchange"));
    assert.equal(FakeSocket.made.length, before + 1);
  },
);

earlyTest("the mark is set when the page is registered, not when it is told anything else", {}, (opened) => {
  const socket = only(opened);
  const marks = () => performance.getEntriesByName("registered").length;
  socket.open(FIRST_WORD);
  socket.hears('{"type":"probe"}');
  assert.equal(marks(), 0);
  socket.hears(REGISTERED);
  assert.equal(marks(), 1);
});

earlyTest(
  "the phone takes the line over: it hears everything in order and once, and what it says goes there",
  {},
  async (opened) => {
    const early = only(opened);
    early.open(FIRST_WORD);
    for (const text of [REGISTERED, "invite", "candidate"]) early.hears(text);
    const { socket, heard } = await takenOver();
    early.hears("next");
    socket.send("ringing");
    early.ends(1006);
    assert.deepEqual(heard, [`late ${REGISTERED}`, "late invite", "late candidate", "next", "closed 1006"]);
    assert.deepEqual(early.sent, ["ringing"]);
    assert.equal(FakeSocket.last, early, "no other socket was made");
    assert.equal(globalThis.earlyLine, undefined);
  },
);

earlyTest("a line that has not opened yet is taken over as well", {}, async (opened) => {
  const early = only(opened);
  const { heard } = await takenOver();
  early.open(FIRST_WORD);
  early.hears(REGISTERED);
  assert.deepEqual([heard, early.sent], [[REGISTERED], []]);
  assert.equal((await takenOver()).heard.length, 0);
  assert.notEqual(FakeSocket.last, early, "it is taken over once");
  FakeSocket.last.open(FIRST_WORD);
});

earlyTest(
  "a line that was lost after it had registered is told of whole, so that the phone comes back to it",
  {},
  async (opened) => {
    const early = only(opened);
    early.open(FIRST_WORD);
    early.hears(REGISTERED);
    early.ends(1012);
    assert.deepEqual((await takenOver()).heard, [`late ${REGISTERED}`, "closed 1012"]);
    assert.equal(FakeSocket.last, early);
  },
);

earlyTest(
  "after a line that never opened the phone asks for nothing unusual, and then by turns",
  {},
  async (opened) => {
    only(opened).ends(1006);
    for (const isUnusual of [false, true]) {
      const { heard } = await takenOver();
      assert.deepEqual([heard, FakeSocket.last.word], [[], isUnusual ? phonesWord() : undefined]);
    }
    FakeSocket.last.open(FIRST_WORD);
  },
);

for (const never of [true, false]) {
  const what = never ? "never opens" : "opens later";
  earlyTest(`when a line that was taken over ${what}, the next socket goes by it`, {}, async (opened) => {
    await takenOver();
    if (never) only(opened).ends(1006);
    else only(opened).open(FIRST_WORD);
    await takenOver("hello");
    assert.equal(FakeSocket.last.word, never ? undefined : "hello");
    if (never) await takenOver("hello");
    FakeSocket.last.open(FIRST_WORD);
  });
}

earlyTest(
  "a line that was closed before it was told anything is made anew in the usual way",
  {},
  async (opened) => {
    only(opened).open(FIRST_WORD);
    only(opened).ends(1013);
    await takenOver("hello");
    assert.equal(FakeSocket.last.word, "hello");
    FakeSocket.last.open(FIRST_WORD);
  },
);

earlyTest("a phone that is somebody else leaves the line, and makes its own", {}, async (opened) => {
  const early = only(opened);
  early.open(FIRST_WORD);
  early.hears(REGISTERED);
  const { heard } = await takenOver("another word");
  assert.deepEqual([early.sent, early.closed], [['{"type":"unregister"}'], true]);
  assert.deepEqual([heard, FakeSocket.last.word], [[], "another word"]);
  FakeSocket.last.open(FIRST_WORD);
});

earlyTest(
  "a page that goes before its phone has come leaves the line; after that it is the phone's business",
  {},
  async (opened) => {
    const early = only(opened);
    early.open(FIRST_WORD);
    early.hears(REGISTERED);
    dispatchEvent(new Event("pagehide"));
    assert.deepEqual([early.sent, early.closed], [['{"type":"unregister"}'], true]);
    // It comes back by Back, and then the phone is there.
    assert.deepEqual((await takenOver()).heard, []);
    assert.notEqual(FakeSocket.last, early);
    FakeSocket.last.open(FIRST_WORD);
    dispatchEvent(new Event("pagehide"));
    assert.equal(FakeSocket.last.closed, false);
  },
);

earlyTest("nobody waits forever for a phone that does not come", {}, (opened, { timers }) => {
  const early = only(opened);
  early.open(FIRST_WORD);
  early.hears(REGISTERED);
  for (const task of timers.values()) task();
  assert.deepEqual([early.sent, early.closed], [['{"type":"unregister"}'], true]);
});

earlyTest("a server that takes nothing with the question is left to the phone", {}, async (opened) => {
  only(opened).open("");
  assert.equal(only(opened).closed, true);
  await takenOver("hello");
  assert.equal(FakeSocket.last.word, "hello");
  FakeSocket.last.open(FIRST_WORD);
});

const KEY = { hash: "#key=secret" };

earlyTest("who is told anything over a line with a key is signed in", KEY, async (opened) => {
  const answer = earlyAnswer();
  only(opened).open(FIRST_WORD);
  only(opened).hears(REGISTERED);
  assert.equal(await answer, "done");
  assert.equal(await earlyAnswer(), "done", "also when it was told before anybody asked");
  assert.deepEqual((await takenOver()).heard, [`late ${REGISTERED}`]);
});

earlyTest("a wrong key is refused", KEY, async (opened) => {
  const answer = earlyAnswer();
  only(opened).open(FIRST_WORD);
  only(opened).ends(WRONG_KEY);
  assert.equal(await answer, "refused");
  assert.equal(await earlyAnswer(), "refused");
});

const UNTOLD: readonly [what: string, happens: (socket: FakeSocket, page: FakePage) => void][] = [
  ["does not open", (socket) => socket.ends(1006)],
  ["is closed, for there were too many wrong keys", (socket) => socket.ends(TOO_MANY_KEYS)],
  ["is given up", (socket) => {
    dispatchEvent(new Event("pagehide"));
    socket.ends(1005);
  }],
  ["does not answer", (_socket, { timers }) => timers.forEach((task) => task())],
];

for (const [what, happens] of UNTOLD) {
  earlyTest(
    `the key is exchanged by a request of its own when the line ${what}`,
    KEY,
    async (opened, page) => {
      const answer = earlyAnswer();
      happens(only(opened), page);
      assert.equal(await answer, undefined);
      await takenOver("hello");
      assert.notEqual(FakeSocket.last, only(opened));
      FakeSocket.last.open(FIRST_WORD);
    },
  );
}

Deno.test("a page without an early line exchanges the key by a request of its own", async () => {
  assert.equal(await earlyAnswer(), undefined);
});
