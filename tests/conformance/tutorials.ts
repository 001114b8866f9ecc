/**
 * Parts 3 and 4 of the classic tutorial as pages, after the description of what they do step by step: one script in
 * the head, string `setTimeout`, handlers named in `onclick`, and no video element of their own.
 *
 * @module
 */

/** How a tutorial page is made. */
export interface TutorialOptions {
  /** Where the PBX is, such as `http://127.0.0.1:7777`. */
  readonly pbx: string;
  /** The random wait before calling, as an expression of the page; 0 to 200 ms unless told. */
  readonly wait?: string;
}

/** Part 4, video: what its script does beyond part 3. */
const CAMERA = {
  begin: `
        camera = OzCamera.getCameraByName();
        camera.setMode(640, 480, 20);
        camera.setDisplay("yourCam");`,
  inCall: `
          call.attachCamera(camera);
          call.setRemoteDisplay("incomingCam");`,
  table: `
    <table>
      <tr><th>Incoming feed</th><th>Your camera</th></tr>
      <tr><td id="incomingCam"></td><td id="yourCam"></td></tr>
    </table>`,
};

/** The page of part 4: a video call of two browsers. */
export const videoTutorial = (options: TutorialOptions): string => page(options, CAMERA);

/** The page of part 3: the same with sound only. */
export const voiceTutorial = (options: TutorialOptions): string =>
  page(options, { begin: "", inCall: "", table: "" });

const page = (options: TutorialOptions, extra: typeof CAMERA): string => `
<!DOCTYPE html>
<html>
  <head>
    <title>Browser to browser</title>
    <script type="text/javascript" src="${options.pbx}/WebphoneAPI"></script>
    <script type="text/javascript">
${connecting(options, extra)}
${calling(extra)}
    </script>
  </head>
  <body>
    <h1 id="header"></h1>
    <button onclick="hangUpCall()">Hang up</button>${extra.table}
  </body>
</html>`;

/** From the page's opening until somebody else is heard of. */
const connecting = (
  { pbx, wait = "Math.floor(Math.random() * 201)" }: TutorialOptions,
  extra: typeof CAMERA,
): string =>
  `      var call = null;
      var camera = null;
      var lastClient = null;
      var wait = ${wait};
      var seen = [];

      setTimeout("begin()", 200);

      function begin() {
        OzWebClient.onConnectionStateChanged(connectionChanged);
        OzWebClient.connect("${new URL(pbx).hostname}", "Webphone1");
      }

      function connectionChanged(info) {
        seen.push(info.State);
        if (info.State != ConnectionState.ACCESS_GRANTED) return;
        OzWebClient.onClientStateChanged(clientChanged);
        OzWebClient.onIncomingCall(incomingCall);${extra.begin}
      }

      function clientChanged(client) {
        lastClient = client;
        setTimeout("callClient()", wait);
      }`;

/** From the first call to its end. */
const calling = (extra: typeof CAMERA): string => `
      function callClient() {
        if (lastClient.status != "ONLINE" || call != null) return;
        call = OzWebClient.createCall(lastClient.phoneNumber);
        call.start();
        call.onCallStateChanged(callChanged);
        seen.push("calling " + (call.getOtherParty() == lastClient.phoneNumber));
      }

      function incomingCall(newCall) {
        if (call != null) return;
        call = newCall;
        call.accept();
        call.onCallStateChanged(callChanged);
        seen.push("accepting");
      }

      function callChanged(state) {
        seen.push(state);
        if (state == CallState.IN_CALL) {${extra.inCall}
        } else if (state != CallState.RINGING && state != CallState.HOLD) {
          setTimeout("hangUpCall()", 1000);
        }
      }

      function hangUpCall() {
        if (call == null) return;
        call.hangUp();
        document.getElementById("header").innerHTML = "The call has ended";
        call = null;
        OzWebClient.disconnect();
      }`;
