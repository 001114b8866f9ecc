/**
 * Pages in the classic manner beyond the tutorials: the pop-up of sessions with jQuery, a conference by calling one
 * another, and a chat. They are written to the description of what such pages do, and know nothing of this PBX.
 *
 * @module
 */

/** How the pop-up is set up: the three settings of its author, and where its libraries are. */
export interface PopUpSettings {
  /** Where the script comes from. */
  readonly pbx: string;
  readonly token: string;
  /** Whose calls are shown. */
  readonly number: string;
  /** URLs of jQuery and jQuery UI. */
  readonly libraries: readonly string[];
}

const script = (url: string): string => `<script type="text/javascript" src="${url}"></script>`;

/** A dialog for each call of one number, as long as the call lasts. */
export const popUpPage = ({ pbx, token, number, libraries }: PopUpSettings): string =>
  `<!DOCTYPE html>
<html>
  <head>
    <title>Session pop-up</title>
    ${[...libraries, `${pbx}/WebphoneAPI`].map(script).join("\n    ")}
    <script type="text/javascript">
      var watched = "${number}";

      $(document).ready(function () {
        OzWebClient.onConnectionStateChanged(connectionChanged);
        OzWebClient.connect("${new URL(pbx).hostname}", "${token}");
      });

      function connectionChanged(info) {
        console.log(info.State);
        if (info.State == ConnectionState.ACCESS_GRANTED) {
          OzWebClient.onSessionCreated(sessionCreated);
          OzWebClient.onSessionClosed(sessionClosed);
        } else if (info.State == ConnectionState.ACCESS_DENIED) $("#trouble").text("Check the token");
        else $("#trouble").text("Check the PBX");
      }

      function sessionCreated(session) {
        session.onSessionStateChanged(show);
        show(session);
      }

      function show(session) {
        if (session.caller != watched && session.callee != watched) return;
        var dialog = $("#pop-up-" + session.sessionId);
        if (dialog.length == 0) {
          dialog = $("<div>").attr("id", "pop-up-" + session.sessionId).appendTo("body");
          dialog.dialog({ title: "Call of " + watched });
        }
        dialog.html(session.source + " to " + session.destination + ", " + session.direction + ": " +
          session.sessionState);
      }

      function sessionClosed(session) {
        $("#pop-up-" + session.sessionId).dialog("destroy").remove();
      }
    </script>
  </head>
  <body><p id="trouble"></p></body>
</html>`;

/** A conference: every page calls every other one after a random wait, and accepts whoever calls. */
export const conferencePage = (pbx: string): string =>
  `<!DOCTYPE html>
<html>
  <head>
    <title>Conference</title>
    ${script(`${pbx}/WebphoneAPI`)}
    <script type="text/javascript">
      var calls = {};

      setTimeout("begin()", 100);

      function begin() {
        OzWebClient.onConnectionStateChanged(function (info) {
          if (info.State != ConnectionState.ACCESS_GRANTED) return;
          OzWebClient.onClientStateChanged(function (client) {
            setTimeout(function () { join(client); }, Math.random() * 200);
          });
          OzWebClient.onIncomingCall(function (call) {
            keep(call.getOtherParty(), call);
            call.accept();
          });
        });
        OzWebClient.connect("${new URL(pbx).hostname}", "Webphone1");
      }

      function join(client) {
        if (client.status != "ONLINE" || calls[client.phoneNumber]) return;
        var call = OzWebClient.createCall(client.phoneNumber);
        call.start();
        keep(client.phoneNumber, call);
      }

      function keep(number, call) {
        calls[number] = call;
        call.onCallStateChanged(function (state) {
          if (state == CallState.IN_CALL) return count();
          if (state == CallState.RINGING || state == CallState.HOLD) return;
          if (calls[number] == call) delete calls[number];
          count();
        });
      }

      function count() {
        var others = 0;
        for (var number in calls) if (calls[number].getCallState() == CallState.IN_CALL) others++;
        document.getElementById("others").innerHTML = others;
      }
    </script>
  </head>
  <body><p id="others">0</p></body>
</html>`;

const CHAT_BODY = `  <body>
    <div id="people"></div><ol id="log"></ol>
    <input id="text" aria-label="Text">
    <button onclick="send()">Send</button>
    <button onclick="call.accept()">Voice</button>
    <button onclick="call.hangUp()">Hang up</button>
    <p id="state"></p>
  </body>`;

/** A chat: a click on a name opens a line to it, texts go over that, and so does the voice when it is accepted. */
export const chatPage = (pbx: string, nickname: string): string =>
  `<!DOCTYPE html>
<html>
  <head>
    <title>Chat</title>
    ${script(`${pbx}/WebphoneAPI`)}
    <script type="text/javascript">
      var call = null;
      var names = {};

      setTimeout("begin()", 100);

      function begin() {
        OzWebClient.onConnectionStateChanged(function (info) {
          if (info.State != ConnectionState.ACCESS_GRANTED) return;
          OzWebClient.onClientStateChanged(clientChanged);
          OzWebClient.onIncomingCall(keep);
        });
        OzWebClient.connect("${new URL(pbx).hostname}", "Webphone1", { Nickname: "${nickname}" });
      }

      function clientChanged(client) {
        var entry = document.getElementById(client.phoneNumber);
        if (entry) entry.parentNode.removeChild(entry);
        if (client.status != "ONLINE" || !client.Nickname) return;
        names[client.phoneNumber] = client.Nickname;
        document.getElementById("people").innerHTML += "<button id='" + client.phoneNumber +
          "' onclick='chatWith(this.id)'>" + client.Nickname + "</button>";
      }

      function chatWith(number) {
        keep(OzWebClient.createCall(number));
        call.start();
      }

      function keep(newCall) {
        call = newCall;
        call.onMessageReceived(function (text) { log(names[call.getOtherParty()] + ": " + text); });
        call.onCallStateChanged(function (state) { document.getElementById("state").innerHTML = state; });
      }

      function send() {
        var text = document.getElementById("text");
        call.sendMessage(text.value);
        log("You: " + text.value);
        text.value = "";
      }

      function log(line) {
        document.getElementById("log").appendChild(document.createElement("li")).textContent = line;
      }
    </script>
  </head>
${CHAT_BODY}
</html>`;
