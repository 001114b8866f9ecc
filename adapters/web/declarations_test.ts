import assert from "node:assert/strict";
import ts from "typescript";
import { globalDeclarations } from "./declarations.ts";

const declare = (source: string): string => globalDeclarations(source, "types.ts");

Deno.test("globalDeclarations() makes globals of what a module exports, with their comments", () => {
  const text = declare(`
    type Hidden = string;
    /** Where a call stands; not to export. */
    export type CallState = "RINGING" | Hidden;
    /** A call. */
    export interface Call {
      /** Dials. */
      start(): void;
    }
    export declare const OzWebClient: { createCall(number?: string): Call };
    export class OzCamera { private stream = 1; setMode(width: number): void { width; this.stream; } }
  `);
  assert.match(
    text,
    /\/\*\* Where a call stands; not to export\. \*\/\s*type CallState = "RINGING" \| Hidden;/,
  );
  assert.match(text, /\/\*\* Dials\. \*\/\s*start\(\): void;/);
  assert.match(text, /^declare const OzWebClient/m);
  assert.match(text, /^declare class OzCamera/m);
  assert.doesNotMatch(text, /^\s*export/m);
});

Deno.test("globalDeclarations() refuses what could not stand alone", () => {
  const refused = { message: /^Cannot declare the globals of types\.ts: / };
  assert.throws(() => declare(`import type { X } from "./x.ts"; export type Y = X;`), refused);
  assert.throws(() => declare(`export * from "./x.ts";`), refused);
  assert.throws(() => declare(`export const answer = Math.random();`), refused);
});

/** What `typescript` says of a page that is checked against the script's own types. */
function problemsOf(page: string): string[] {
  const source = Deno.readTextFileSync(new URL("../../phone/webphone_types.ts", import.meta.url));
  const files = new Map([["page.ts", page], ["WebphoneAPI.d.ts", declare(source)]]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, target) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, target)
      : ts.createSourceFile(name, text, target);
  };
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, " ")
  );
}

Deno.test("the script's own declarations take a page in the classic style", () => {
  const problems = problemsOf(`
    let call: Call | null = null;
    OzWebClient.onConnectionStateChanged((info) => {
      if (info.State != ConnectionState.ACCESS_GRANTED) return;
      const camera: OzCamera = OzCamera.getCameraByName();
      camera.setMode(320, 240, 15);
      camera.setDisplay("yourCam");
      OzWebClient.onClientStateChanged((client) => {
        if (client.status != "ONLINE" || call) return;
        call = OzWebClient.createCall(client.phoneNumber, CallType.VIDEO);
        call.start();
        call.onCallStateChanged((state) => {
          if (state == CallState.IN_CALL) { call!.attachCamera(camera); call!.setRemoteDisplay("incomingCam"); }
        });
      });
      OzWebClient.onIncomingCall((incoming) => { call = incoming; call.accept(); });
    });
    OzWebClient.connect("localhost", "Webphone1", { Nickname: "Zoë" });
  `);
  assert.deepEqual(problems, []);
});

Deno.test("the script's own declarations take sessions, users, history and the additions", () => {
  const problems = problemsOf(`
    let watched: Session | null = null;
    OzWebClient.connect("", 1500, { Password: "secret" }).then(({ State }) => State, (error: WebphoneError) => error.code);
    OzWebClient.onSessionCreated((session) => {
      session.onSessionStateChanged((same, state) => { if (state == CallState.HOLD) same.unHold(); });
      const words: string[] = [session.caller, session.Callee, session.State, session.Id, session.direction];
      session.blindTransfer(words[0]!, 1001);
      watched = session;
    });
    OzWebClient.onUserInfoReceived((user: User) => {
      for (const device of user.devices) OzWebClient.createCall(device).sendMessage(user.fullName);
    });
    const found: Helper = OzWebClient.helper;
    for (const id in found.getActiveSessionsBySessionState(CallState.IN_CALL)) found.getActiveSessionById(id);
    const line: Extension | null = found.getOutsideLineById("Webphone1");
    OzWebClient.getCallHistory({ Source: line?.Id, RowsPerPage: 10 });
    OzWebClient.onCallHistoryInfoReceived((entries) => entries[0]?.StartTime === entries[0]?.startTime);
    OzWebClient.onIncomingCall(async (call) => {
      const stop = call.onQualityChanged(({ level }) => level === "poor" && stop(), { loss: 0.05 });
      call.onMessageReceived((text, same) => same.sendMessage(text));
      const answered: Call = await call.accept();
      if (!answered.isMuted()) answered.sendDtmf("1#");
      const reason: EndReason | null = answered.getEndReason();
      if (!reason) answered.attendedTransfer(call);
    });
    OzWebClient.getDevices().then((devices) => OzWebClient.setSpeaker(devices[0]?.id ?? ""));
  `);
  assert.deepEqual(problems, []);
});

Deno.test("the script's own declarations refuse what the script has not", () => {
  const wrong = [
    "OzWebClient.dial('1001');",
    "CallState.DIALING;",
    "OzWebClient.connect({});",
    "new Session();",
    "OzWebClient.helper.getUserById({});",
    "OzWebClient.createCall('1001').forward();",
  ];
  assert.equal(problemsOf(wrong.join("\n")).length, wrong.length);
});
