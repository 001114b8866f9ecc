import assert from "node:assert/strict";
import { ClassicDesk, connectedNumber, noted } from "../tests/support/classic_desk.ts";
import { settle } from "../tests/support/clock.ts";
import type { FakeTrack } from "../tests/support/fake_browser.ts";
import { Office } from "../tests/support/office.ts";
import type * as classic from "./webphone_types.ts";

/** A page that talks with another one, which answers by itself. */
async function talk(office: Office, options: ConstructorParameters<typeof ClassicDesk>[1] = {}) {
  const [desk, other] = [new ClassicDesk(office, options), new ClassicDesk(office)];
  const incoming = noted<classic.Call>((f) => other.client.onIncomingCall(f));
  other.client.onIncomingCall((call) => call.accept());
  const number = await connectedNumber(office, other);
  await desk.connect();
  const call = desk.client.createCall(number);
  call.start();
  await office.clock.pass(500);
  return { desk, other, call, come: incoming[0]! };
}

const cameraTracks = (desk: ClassicDesk): FakeTrack[] =>
  desk.browser.tracks.filter(({ kind }) => kind === "video");
const liveCameras = (desk: ClassicDesk) =>
  cameraTracks(desk).filter(({ readyState }) => readyState === "live").length;

/** The track that a desk's video sender has in it. */
const sent = (desk: ClassicDesk) =>
  desk.browser.peerConnections.at(-1)?.transceivers.find(({ receiver }) => receiver.track.kind === "video")
    ?.sender
    .track;

const fresh = async () => {
  const office = await Office.open();
  return { office, desk: new ClassicDesk(office) };
};

Deno.test("row 67: a camera is there at once and asks for nothing; the same name gives the same one", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const camera = desk.client.cameras.get();
  assert.equal(desk.client.cameras.get(), camera);
  assert.notEqual(desk.client.cameras.get("Front camera"), camera);
  await settle();
  assert.equal(desk.browser.tracks.length, 0);
});

Deno.test("rows 69, 70: settings in any order before permission; the picture comes to the element", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const camera = desk.client.cameras.get();
  const asked: MediaStreamConstraints[] = [];
  const ask = desk.browser.getUserMedia.bind(desk.browser);
  desk.browser.getUserMedia = (constraints) => {
    asked.push(constraints);
    return ask(constraints);
  };
  camera.setQuality(0, 80);
  camera.setMode(320, 240, 15);
  camera.setDisplay("local");
  await settle();
  assert.deepEqual(asked, [{
    video: {
      width: { ideal: 320, max: 320 },
      height: { ideal: 240, max: 240 },
      frameRate: { ideal: 15, max: 15 },
    },
  }]);
  assert.equal(desk.page.pictures.get("local")?.length, 1);
  assert.equal(liveCameras(desk), 1);
});

Deno.test("a display that moves leaves no picture behind; an empty one turns the camera off", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const camera = desk.client.cameras.get();
  camera.setDisplay("local");
  await settle();
  camera.setDisplay("other");
  assert.equal(desk.page.pictures.get("local")?.length, 0);
  assert.equal(desk.page.pictures.get("other")?.length, 1);
  camera.setDisplay("");
  assert.equal(desk.page.pictures.get("other")?.length, 0);
  assert.equal(liveCameras(desk), 0);
});

Deno.test("row 83: a camera that nobody wants any more when permission comes goes dark at once", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const camera = desk.client.cameras.get();
  camera.setDisplay("local");
  camera.setDisplay("");
  await settle();
  assert.equal(cameraTracks(desk).length, 1);
  assert.equal(liveCameras(desk), 0);
});

Deno.test("row 68: getCameraByName() picks that device, also when names are hidden before permission", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  desk.page.known = [{ deviceId: "id-1", kind: "videoinput", label: "" }, {
    deviceId: "id-2",
    kind: "videoinput",
    label: "",
  }];
  const asked: unknown[] = [];
  const ask = desk.browser.getUserMedia.bind(desk.browser);
  desk.browser.getUserMedia = ({ video }) => {
    asked.push(video === true ? true : (video as MediaTrackConstraints).deviceId);
    desk.page.known = [{ deviceId: "id-1", kind: "videoinput", label: "Front" }, {
      deviceId: "id-2",
      kind: "videoinput",
      label: "Back",
    }];
    return ask({ video: video ?? false });
  };
  desk.client.cameras.get("Back").setDisplay("local");
  await settle();
  assert.deepEqual(asked, [true, { exact: "id-2" }]);
  assert.equal(liveCameras(desk), 1);
});

Deno.test("row 68: an unknown name is told as camera-unknown and shows nothing", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const errors = noted<classic.ErrorInfo>((f) => desk.client.onErrorOccured(f));
  desk.client.cameras.get("Nowhere").setDisplay("local");
  await settle();
  assert.deepEqual(errors.map(({ code }) => code), ["camera-unknown"]);
  assert.equal(liveCameras(desk), 0);
});

Deno.test("a mode that no device has is asked for as a mere wish", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const ask = desk.browser.getUserMedia.bind(desk.browser);
  desk.browser.getUserMedia = (constraints) => {
    const { width } = constraints.video as MediaTrackConstraints;
    const isStrict = (width as ConstrainULongRange).max !== undefined;
    return isStrict ? Promise.reject(new DOMException("no", "OverconstrainedError")) : ask(constraints);
  };
  desk.client.cameras.get().setDisplay("local");
  await settle();
  assert.equal(liveCameras(desk), 1);
});

Deno.test("a display that the page does not have is told as no-display", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const errors = noted<classic.ErrorInfo>((f) => desk.client.onErrorOccured(f));
  desk.client.cameras.get().setDisplay("nowhere");
  await settle();
  assert.deepEqual(errors.map(({ code }) => code), ["no-display"]);
});

Deno.test("setMode() and setQuality() refuse what is no number, naming method and argument", async () => {
  const { office, desk } = await fresh();
  await using _ = office;
  const camera = desk.client.cameras.get();
  assert.throws(() => camera.setMode(0, 240, 15), /^TypeError: Cannot act by setMode: width is no number/);
  assert.throws(() => camera.setMode(320, 240, NaN), /^TypeError: .*fps/);
  assert.throws(() => camera.setQuality(-1, 0), /^TypeError: .*bandwidth/);
  assert.throws(() => camera.setQuality(0, 101), /^TypeError: .*quality/);
});

Deno.test("row 76: attachCamera() with nothing throws and says so", async () => {
  await using office = await Office.open();
  const { call } = await talk(office);
  assert.throws(
    () => call.attachCamera(undefined as unknown as classic.OzCamera),
    /^TypeError: Cannot act by attachCamera: camera is no OzCamera/,
  );
});

Deno.test("rows 75, 79, 80: an attached camera is sent, and seen in the display that is set later", async () => {
  await using office = await Office.open();
  const { desk, other, call, come } = await talk(office);
  assert.equal(sent(desk), null);
  call.attachCamera(desk.client.cameras.get());
  await office.clock.pass(500);
  assert.equal(sent(desk), cameraTracks(desk)[0]);
  come.setRemoteDisplay();
  assert.equal(other.page.pictures.get("local")?.length, 1);
});

Deno.test("row 79: a display that is set before there is a picture shows it when it comes", async () => {
  await using office = await Office.open();
  const { desk, other, call, come } = await talk(office);
  come.setRemoteDisplay();
  assert.equal(other.page.pictures.get("local")?.length, 0);
  call.attachCamera(desk.client.cameras.get());
  await office.clock.pass(500);
  assert.equal(other.page.pictures.get("local")?.length, 1);
});

Deno.test("row 81: a second setRemoteDisplay() moves the picture", async () => {
  await using office = await Office.open();
  const { desk, other, call, come } = await talk(office);
  call.attachCamera(desk.client.cameras.get());
  come.setRemoteDisplay("local");
  await office.clock.pass(500);
  come.setRemoteDisplay("other");
  assert.equal(other.page.pictures.get("local")?.length, 0);
  assert.equal(other.page.pictures.get("other")?.length, 1);
});

Deno.test("row 77: an early attachCamera() sends nothing until IN_CALL, and then does", async () => {
  await using office = await Office.open();
  const [desk, other] = [new ClassicDesk(office), new ClassicDesk(office)];
  const number = await connectedNumber(office, other);
  const incoming = noted<classic.Call>((f) => other.client.onIncomingCall(f));
  await desk.connect();
  const call = desk.client.createCall(number);
  call.attachCamera(desk.client.cameras.get());
  call.start();
  await office.clock.pass(500);
  assert.equal(liveCameras(desk), 0);
  incoming[0]?.accept();
  await office.clock.pass(500);
  assert.equal(sent(desk)?.readyState, "live");
});

Deno.test("row 83: at the end of the call the picture is gone and the camera dark", async () => {
  await using office = await Office.open();
  const { desk, other, call, come } = await talk(office);
  call.attachCamera(desk.client.cameras.get());
  come.setRemoteDisplay();
  await office.clock.pass(500);
  call.hangUp();
  await office.clock.pass(500);
  assert.equal(other.page.pictures.get("local")?.length, 0);
  assert.equal(liveCameras(desk), 0);
  assert.ok(
    [...desk.browser.tracks, ...other.browser.tracks].every(({ readyState }) => readyState === "ended"),
  );
});

Deno.test("row 83: the own display keeps the camera on after a call, and disconnect() turns it off", async () => {
  await using office = await Office.open();
  const { desk, call } = await talk(office);
  const camera = desk.client.cameras.get();
  camera.setDisplay("local");
  call.attachCamera(camera);
  await office.clock.pass(500);
  call.hangUp();
  await office.clock.pass(500);
  assert.equal(liveCameras(desk), 1);
  desk.client.disconnect();
  assert.equal(liveCameras(desk), 0);
  assert.equal(desk.page.pictures.get("local")?.length, 0);
});

Deno.test("row 84: a refused camera is told, and the call goes on with sound", async () => {
  await using office = await Office.open();
  const { desk, call } = await talk(office, { troubles: { video: "NotAllowedError" } });
  const errors = noted<classic.ErrorInfo>((f) => desk.client.onErrorOccured(f));
  call.attachCamera(desk.client.cameras.get());
  await office.clock.pass(500);
  assert.deepEqual(errors.map(({ code }) => code), ["camera-denied"]);
  assert.equal(call.getCallState(), "IN_CALL");
});

Deno.test("another camera takes the place of the first, which goes dark", async () => {
  await using office = await Office.open();
  const { desk, call } = await talk(office);
  call.attachCamera(desk.client.cameras.get());
  await office.clock.pass(500);
  call.attachCamera(desk.client.cameras.get("Front camera"));
  await office.clock.pass(500);
  const [first, second] = cameraTracks(desk);
  assert.equal(first?.readyState, "ended");
  assert.equal(sent(desk), second);
});

Deno.test("a camera that is pulled out is told and taken from the call", async () => {
  await using office = await Office.open();
  const { desk, call } = await talk(office);
  const errors = noted<classic.ErrorInfo>((f) => desk.client.onErrorOccured(f));
  call.attachCamera(desk.client.cameras.get());
  await office.clock.pass(500);
  cameraTracks(desk)[0]?.onended?.();
  await office.clock.pass(500);
  assert.equal(sent(desk), null);
  assert.deepEqual(errors.map(({ code }) => code), ["camera-missing"]);
});

Deno.test("row 59: a held call shows no picture, and shows it again afterwards", async () => {
  await using office = await Office.open();
  const { desk, other, call, come } = await talk(office);
  call.attachCamera(desk.client.cameras.get());
  come.setRemoteDisplay();
  await office.clock.pass(500);
  call.hold();
  await office.clock.pass(500);
  assert.equal(other.page.pictures.get("local")?.length, 0);
  assert.equal(sent(desk), null);
  call.unHold();
  await office.clock.pass(500);
  assert.equal(other.page.pictures.get("local")?.length, 1);
  assert.equal(sent(desk), cameraTracks(desk)[0]);
});

Deno.test("setMode() and setQuality() refuse what is no number, and name method and argument", async () => {
  await using office = await Office.open();
  const camera = new ClassicDesk(office).client.cameras.get();
  for (const wrong of [true, null, [], {}, "", "wide", NaN, Infinity, -1]) {
    const value = wrong as number;
    assert.throws(() => camera.setMode(value), /^TypeError: Cannot act by setMode: width is no number$/);
    assert.throws(
      () => camera.setQuality(0, value),
      /^TypeError: Cannot act by setQuality: quality is no number$/,
    );
  }
  camera.setMode(320, 240, 12.5);
  camera.setQuality("500000" as unknown as number, 50);
});
