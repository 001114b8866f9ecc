import assert from "node:assert/strict";
import type { Bus } from "../../pbx/ports.ts";
import { BUSES, holdTo } from "./adapters.ts";
import { until } from "../support/until.ts";

const errors: unknown[] = [];
const promise = (words: string, test: (bus: Bus) => Promise<void>) =>
  holdTo("Bus", BUSES, words, (error) => errors.push(error), test);

promise("carries a text to all who listen to its topic and to nobody else", async (bus) => {
  const heard: string[] = [];
  await bus.subscribe("number:1001", (text) => heard.push(`a ${text}`));
  await bus.subscribe("number:1001", (text) => heard.push(`b ${text}`));
  await bus.subscribe("number:1002", (text) => heard.push(`c ${text}`));
  bus.publish("number:1001", "hello");
  await until(() => heard.length, (seen) => seen === 2);
  assert.deepEqual(heard.sort(), ["a hello", "b hello"]);
});

promise("never reorders within a topic, also when a listener answers at once", async (bus) => {
  const heard: string[] = [];
  await bus.subscribe("topic", (text) => text.length < 3 && bus.publish("topic", `${text}+`));
  await bus.subscribe("topic", (text) => heard.push(text));
  bus.publish("topic", "1");
  bus.publish("topic", "2");
  await until(() => heard.length, (seen) => seen === 6);
  const ofFirst = heard.filter((text) => text.startsWith("1"));
  assert.deepEqual(ofFirst, ["1", "1+", "1++"]);
  assert.ok(heard.indexOf("1") < heard.indexOf("2"));
});

promise("carries many texts in the order of their publishing", async (bus) => {
  const heard: number[] = [];
  await bus.subscribe("topic", (text) => heard.push(Number(text)));
  const sent = Array.from({ length: 500 }, (_, index) => index);
  for (const number of sent) bus.publish("topic", String(number));
  await until(() => heard.length, (seen) => seen === 500);
  assert.deepEqual(heard, sent);
});

promise(
  "is silent to who has left, and closing one of two equal subscriptions leaves the other",
  async (bus) => {
    const heard: string[] = [];
    const listener = (text: string) => heard.push(text);
    const leave = await bus.subscribe("topic", listener);
    await bus.subscribe("topic", listener);
    leave();
    leave();
    bus.publish("topic", "once");
    await until(() => heard.length, (seen) => seen === 1);
    assert.deepEqual(heard, ["once"]);
  },
);

promise("lets a listener that throws stop nobody else, and reports what it threw", async (bus) => {
  const heard: string[] = [];
  errors.length = 0;
  await bus.subscribe("topic", () => {
    throw new Error("a bug of the listener");
  });
  await bus.subscribe("topic", (text) => heard.push(text));
  bus.publish("topic", "1");
  bus.publish("topic", "2");
  await until(() => heard.length, (seen) => seen === 2);
  await until(() => errors.length, (seen) => seen === 2);
  assert.match(String(errors[0]), /a bug of the listener/);
});

promise("is well after opening", (bus) => bus.check());
