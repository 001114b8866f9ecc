// Browser and telephone: dials any number and tells what comes back. Load /WebphoneAPI before this script.

let call; // the one call of this page

addEventListener("load", function () {
  byId("dial").onsubmit = dial;
  byId("accept").onclick = accept;
  byId("hangUp").onclick = hangUp;
  OzWebClient.onConnectionStateChanged(connectionChanged);
  OzWebClient.onIncomingCall(incomingCall);
  OzWebClient.onErrorOccured(function (error) {
    byId("trouble").textContent = error.message;
  });
  OzWebClient.connect("", "Webphone1", { page: "sip" });
});

function connectionChanged(info) {
  if (info.State != ConnectionState.ACCESS_GRANTED) return say("Not connected: " + info.State);
  say("Ready. A telephone reaches this page by the number " + OzWebClient.phoneNumber);
}

function dial(event) {
  event.preventDefault();
  byId("trouble").textContent = "";
  keep(OzWebClient.createCall(byId("number").value));
  say("Dialling " + call.getOtherParty());
  call.start();
}

function incomingCall(incoming) {
  if (call) return incoming.reject();
  keep(incoming);
  say(call.getOtherParty() + " is calling");
  byId("accept").hidden = false;
}

function accept() {
  call.accept();
  byId("hangUp").focus();
}

function keep(newCall) {
  call = newCall;
  call.onCallStateChanged(callChanged);
  byId("hangUp").disabled = false;
}

function callChanged(state) {
  const end = call.getEndReason();
  if (state != CallState.RINGING) byId("accept").hidden = true;
  if (state == CallState.RINGING) say("It rings at " + call.getOtherParty());
  else if (state == CallState.IN_CALL) say("In a call with " + call.getOtherParty());
  else if (state == CallState.HOLD) say("On hold");
  else {
    say(state + ": " + end.message); // such as NOT_FOUND, REJECTED, BUSY or COMPLETED
    call = null;
    byId("hangUp").disabled = true;
  }
}

function hangUp() {
  call.hangUp();
  byId("number").focus();
}

function say(words) {
  byId("status").textContent = words;
}

function byId(id) {
  return document.getElementById(id);
}
