import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { assertStates, DEAD, dial, noted, reaches, rings, rowTest } from "./scene.ts";

const last = (page: Page) => page.evaluate(() => calls.at(-1)?.getCallState());
const hangUp = (page: Page) => page.evaluate(() => calls.at(-1)?.hangUp());
const accept = (page: Page) => page.evaluate(() => calls.at(-1)?.accept());

const hears = async (page: Page) => {
  const before = await soundOf(page);
  await until(() => soundOf(page), (now) => now > before);
};

/** How much sound, not counting silence, the page's newest connection has brought. */
const soundOf = async (page: Page) => (await mediaOf(page)).connections.at(-1)?.audioEnergy ?? 0;

rowTest("30", "createCall(n) returns a Call at once and dials nothing", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  const other = await ann.evaluate((number) => OzWebClient.createCall(number).getOtherParty(), number);
  assert.equal(other, number);
  // Whatever she had said before goodbye would have come before it.
  await ann.evaluate(() => OzWebClient.disconnect());
  await noted(bob, ({ clients }) => clients.at(-1)?.status === "OFFLINE");
  assert.equal(await bob.evaluate(() => calls.length), 0);
});

rowTest("32", "createCall() with no number follows the default rule", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann);
  await rings(bob);
  await until(() => ann.evaluate(() => calls[0]?.getOtherParty()), (party) => party === number);
});

rowTest(
  "33, 34",
  "onIncomingCall fires once per call, in RINGING, also while another one runs",
  async (scene) => {
    const { bob, number } = await scene.talk();
    const eve = await scene.connected({ name: "Eve" });
    await bob.evaluate("accepts = false");
    await dial(eve, number);
    await until(() => bob.evaluate(() => calls.length), (count) => count === 2);
    assert.equal(await last(bob), "RINGING");
    assert.equal(await bob.evaluate(() => calls[0]?.getCallState()), "IN_CALL");
  },
);

rowTest("42, 43", "start() calls nobody before it returns; then RINGING, IN_CALL", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  const during = await ann.evaluate((number) => {
    const call = OzWebClient.createCall(number);
    call.onCallStateChanged(() => document.title = "called");
    call.start();
    keep(call);
    return document.title;
  }, number);
  assert.equal(during, "Plain");
  await rings(bob);
  await accept(bob);
  assertStates(await reaches(ann, "IN_CALL"), ["RINGING", "IN_CALL"]);
});

rowTest("44", "no such number is NOT_FOUND", async (scene) => {
  const ann = await scene.connected();
  await dial(ann, "zzzzz");
  assertStates(await reaches(ann, "NOT_FOUND"), ["NOT_FOUND"]);
});

rowTest("45, 57", "reject() ends it, and the caller sees REJECTED", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await bob.evaluate(() => calls[0]?.reject());
  assertStates(await reaches(ann, "REJECTED"), ["RINGING", "REJECTED"]);
  assert.equal((await bob.evaluate(() => notes.states))[0]?.length, 1);
});

for (const who of ["caller", "callee"] as const) {
  rowTest("47, 50", `the ${who} ends an answered call, and it is COMPLETED on both`, async (scene) => {
    const { ann, bob } = await scene.talk();
    await hangUp(who === "caller" ? ann : bob);
    assertStates(await reaches(ann, "COMPLETED"), ["RINGING", "IN_CALL", "COMPLETED"]);
    assertStates(await reaches(bob, "COMPLETED"), ["IN_CALL", "COMPLETED"]);
  });
}

rowTest("48", "the caller gives up while it rings, and the callee's call says so", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await hangUp(ann);
  const { states } = await noted(bob, ({ states }) => states[0]?.length === 1);
  assert.ok(DEAD.includes(states[0]?.[0] ?? ""));
});

rowTest(
  "49, 51, 52",
  "states are bare strings, none twice in a row, each equal to getCallState()",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    await ann.evaluate(() => {
      const [call] = calls;
      notes.console.length = 0;
      call?.onCallStateChanged((state) => {
        if (state !== call.getCallState()) notes.console.push(`${state} is not ${call.getCallState()}`);
      });
      call?.hold();
      call?.hold();
    });
    await reaches(ann, "HOLD");
    await ann.evaluate(() => calls[0]?.unHold());
    await reaches(ann, "IN_CALL");
    await hangUp(bob);
    const states = await reaches(ann, "COMPLETED");
    assertStates(states, ["RINGING", "IN_CALL", "HOLD", "IN_CALL", "COMPLETED"]);
    assert.deepEqual(await ann.evaluate(() => notes.console), []);
  },
);

rowTest(
  "53",
  "CallState.ANSWERED equals getCallState() in an answered call, and is never told",
  async (scene) => {
    const { ann } = await scene.talk();
    assert.ok(await ann.evaluate(() => CallState.ANSWERED == calls[0]?.getCallState()));
    assert.ok(!(await ann.evaluate(() => notes.states))[0]?.includes("ANSWERED"));
  },
);

rowTest("54", "getOtherParty() is the dialled number, and the caller's on the other side", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  assert.equal(await ann.evaluate(() => calls[0]?.getOtherParty()), number);
  const [client] = (await bob.evaluate(() => notes.clients)).filter(({ name }) => name === "Ann");
  assert.equal(await bob.evaluate(() => calls[0]?.getOtherParty()), client?.phoneNumber);
});

rowTest(
  "55, 56",
  "accept() inside onIncomingCall leads to sound both ways with no further call",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    for (const page of [ann, bob]) {
      await hears(page);
      const playing = await page.evaluate(() =>
        [...document.querySelectorAll("audio")].filter((audio) => !audio.paused && !audio.muted).length
      );
      assert.equal(playing, 1);
    }
  },
);

rowTest("56", "accept() seconds later works as well", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await bob.evaluate(() => void setTimeout(() => calls.at(-1)?.accept(), 2000));
  await reaches(ann, "IN_CALL");
  for (const page of [ann, bob]) await hears(page);
});

rowTest("58, 65", "hangUp() and hangup() are harmless in every state and when repeated", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await ann.evaluate((number) => {
    OzWebClient.createCall(number).hangUp();
    const call = OzWebClient.createCall(number);
    call.start();
    call.hangUp();
    call.hangup();
  }, number);
  await dial(ann, number);
  await rings(bob);
  await ann.evaluate(() => calls[0]?.hangup());
  await reaches(ann, "COMPLETED");
  await hangUp(ann);
  await hangUp(bob);
  assert.equal(await last(ann), "COMPLETED");
});

rowTest("59, 65", "hold() is HOLD and silence on both, unHold() is IN_CALL and sound", async (scene) => {
  const { ann, bob } = await scene.talk();
  for (const page of [ann, bob]) await hears(page);
  await ann.evaluate(() => calls[0]?.hold());
  for (const page of [ann, bob]) await reaches(page, "HOLD");
  await until(() => mediaOf(ann), ({ connections }) => connections.at(-1)?.sending === 0);
  await until(() => mediaOf(bob), ({ connections }) => connections.at(-1)?.sending === 0);
  await ann.evaluate(() => calls[0]?.unhold());
  for (const page of [ann, bob]) {
    await reaches(page, "IN_CALL");
    await hears(page);
  }
});

rowTest("60", "old call held, new one accepted: both live, sound on the new one only", async (scene) => {
  const { ann, bob, number } = await scene.talk();
  const eve = await scene.connected({ name: "Eve" });
  await bob.evaluate("accepts = false");
  await dial(eve, number);
  await until(() => bob.evaluate(() => calls.length), (count) => count === 2);
  await bob.evaluate(() => {
    calls[0]?.hold();
    calls[1]?.accept();
  });
  await reaches(ann, "HOLD");
  await reaches(eve, "IN_CALL");
  await hears(eve);
  const { connections } = await until(() => mediaOf(bob), ({ connections }) => connections[0]?.sending === 0);
  assert.equal(connections[1]?.sending, 1);
  assert.deepEqual(await bob.evaluate(() => calls.map((call) => call.getCallState())), ["HOLD", "IN_CALL"]);
});

rowTest("66", "losing the page ends its calls at the other side within a minute", async (scene) => {
  const { ann, bob } = await scene.talk();
  const session = await bob.context().newCDPSession(bob);
  // No goodbye: the page is gone from one moment to the next, and there is nobody to answer.
  void session.send("Page.crash").catch(() => {});
  await until(() => ann.evaluate(() => calls[0]?.getCallState()), (state) => state === "COMPLETED", 60_000);
});

rowTest("46", "busy or not answered in time is BUSY", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  const patiently = (page: Page) =>
    until(
      () => page.evaluate(() => notes.states[0] ?? []),
      (states) => DEAD.includes(states.at(-1) ?? ""),
      90_000,
    );
  assertStates(await patiently(ann), ["RINGING", "BUSY"]);
  assert.equal((await patiently(bob)).length, 1);
});

rowTest("6 of §5", "both dial at once: one call, both IN_CALL", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  const [client] = (await bob.evaluate(() => notes.clients)).filter(({ name }) => name === "Ann");
  await Promise.all([dial(ann, number), dial(bob, client?.phoneNumber ?? "")]);
  for (const page of [ann, bob]) {
    assertStates(await reaches(page, "IN_CALL"), ["RINGING", "IN_CALL"]);
    await hears(page);
  }
});
