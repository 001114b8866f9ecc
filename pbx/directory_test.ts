/** What the directory of a line tells of changes that no phone has made. */
import assert from "node:assert/strict";
import { Office } from "../tests/support/office.ts";
import { Robot } from "../tests/support/robot.ts";
import { LEASE } from "./times.ts";

const heardOf = (robot: Robot, number: string) =>
  robot.all("presence").flatMap(({ changes }) => changes).filter((entry) => entry.number === number)
    .map(({ name, status }) => [name, status]);

Deno.test("an agent who is added or removed while away comes and goes in open directories within a minute", async () => {
  await using office = await Office.open();
  const robot = await Robot.register(office, { number: "1001" });
  await office.hire("1003");
  await office.clock.pass(LEASE);
  assert.deepEqual(heardOf(robot, "1003"), [["Agent 1003", "offline"]]);
  assert.ok((await office.exchange.present("Webphone1")).some(({ number }) => number === "1003"));

  await office.book.removeAgent("1003");
  await office.clock.pass(LEASE);
  assert.deepEqual(heardOf(robot, "1003").slice(1), [[undefined, "offline"]]);
  assert.ok(!(await office.exchange.present("Webphone1")).some(({ number }) => number === "1003"));
});

Deno.test("agents who stay, and web clients, are not told again", async () => {
  await using office = await Office.open();
  const robot = await Robot.register(office, { number: "1001" });
  await Robot.register(office);
  await office.clock.pass(1000);
  robot.heard.length = 0;
  await office.clock.pass(2 * LEASE);
  assert.deepEqual(robot.all("presence"), []);
});

Deno.test("a book that is ill for a moment is asked again", async () => {
  await using office = await Office.open();
  const robot = await Robot.register(office, { number: "1001" });
  const agents = office.book.agents.bind(office.book);
  office.book.agents = () => Promise.reject(new Error("busy"));
  await office.hire("1003");
  await office.clock.pass(LEASE);
  office.book.agents = agents;
  await office.clock.pass(LEASE);
  assert.equal(heardOf(robot, "1003").length, 1);
  assert.ok(office.log.some(({ event, level }) => event === "directory" && level === "warn"));
});
