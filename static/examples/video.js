// A video call between two pages. Load /WebphoneAPI before this script.

let call; // the one call of this page
let camera;
let other; // the page of this kind that we heard of last
let over = false; // whether we have left the line
const wait = Math.floor(Math.random() * 201); // so that the two pages do not call each other at once

addEventListener("load", function () {
  document.getElementById("hangUp").onclick = hangUpCall;
  OzWebClient.onErrorOccured(function (error) {
    document.getElementById("trouble").textContent = error.message;
  });
  OzWebClient.onConnectionStateChanged(connectionChanged);
  OzWebClient.connect("", "Webphone1", { page: "video" });
});

function connectionChanged(info) {
  if (info.State == ConnectionState.CONNECTION_CLOSED && over) return; // we left
  if (info.State != ConnectionState.ACCESS_GRANTED) return say("Not connected: " + info.State);
  say("Waiting for a second page");
  OzWebClient.onClientStateChanged(clientChanged);
  OzWebClient.onIncomingCall(incomingCall);
  camera = OzCamera.getCameraByName();
  camera.setMode(640, 480, 30);
  camera.setDisplay("yourCam");
}

function clientChanged(client) {
  if (client.page != "video") return; // an agent, or a page of another kind
  other = client;
  setTimeout(callOther, wait);
}

function callOther() {
  if (call || over || other.status != "ONLINE") return;
  keep(OzWebClient.createCall(other.phoneNumber));
  call.start();
}

function incomingCall(incoming) {
  if (call) return incoming.reject();
  keep(incoming);
  call.accept();
}

function keep(newCall) {
  call = newCall;
  call.onCallStateChanged(callChanged);
  document.getElementById("hangUp").disabled = false;
}

function callChanged(state) {
  if (state == CallState.RINGING) say("Calling " + call.getOtherParty());
  else if (state == CallState.HOLD) say("On hold");
  else if (state == CallState.IN_CALL) {
    say("In a call with " + call.getOtherParty());
    call.attachCamera(camera);
    call.setRemoteDisplay("incomingCam");
  } else if (state == CallState.BUSY || state == CallState.REJECTED) {
    say("Everybody is busy. Waiting for another page");
    call = null;
  } else setTimeout(hangUpCall, 1000);
}

function hangUpCall() {
  if (!call) return;
  call.hangUp();
  call = null;
  over = true;
  OzWebClient.disconnect();
  say("The call is over");
}

function say(words) {
  document.getElementById("status").textContent = words;
}
