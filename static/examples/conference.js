// A voice conference: every page calls every other one. Load /WebphoneAPI before this script.

const calls = {}; // one for each other page, by its number
let isMuted = false;

addEventListener("load", function () {
  byId("join").onclick = function () {
    OzWebClient.connect("", "Webphone1", { page: "conference" });
  };
  byId("leave").onclick = function () {
    OzWebClient.disconnect(); // which ends all calls
  };
  byId("mute").onclick = mute;
  OzWebClient.onConnectionStateChanged(connectionChanged);
  OzWebClient.onClientStateChanged(clientChanged);
  OzWebClient.onIncomingCall(function (call) {
    keep(call);
    call.accept();
  });
  OzWebClient.onErrorOccured(function (error) {
    byId("trouble").textContent = error.message;
  });
});

function connectionChanged(info) {
  const isIn = info.State == ConnectionState.ACCESS_GRANTED;
  byId("join").disabled = isIn;
  byId("mute").disabled = byId("leave").disabled = !isIn;
  byId(isIn ? "leave" : "join").focus();
  if (isIn) count();
  else {say(
      info.State == ConnectionState.CONNECTION_CLOSED ? "You have left" : "Not connected: " + info.State,
    );}
}

function clientChanged(client) {
  if (client.page != "conference" || client.status != "ONLINE" || calls[client.phoneNumber]) return;
  if (OzWebClient.phoneNumber > client.phoneNumber) return; // of any two pages one calls
  const call = OzWebClient.createCall(client.phoneNumber);
  keep(call);
  call.start();
}

function keep(call) {
  const number = call.getOtherParty();
  const item = byId("people").appendChild(document.createElement("li"));
  item.textContent = number + " is being called";
  calls[number] = call;
  if (isMuted) call.mute();
  call.onCallStateChanged(function (state) {
    if (state == CallState.IN_CALL) item.textContent = number + " hears you";
    else if (state == CallState.HOLD) item.textContent = number + " holds the call";
    else if (state != CallState.RINGING) {
      item.remove();
      delete calls[number];
    }
    count();
  });
}

function mute() {
  isMuted = !isMuted;
  byId("mute").setAttribute("aria-pressed", isMuted);
  for (const number in calls) isMuted ? calls[number].mute() : calls[number].unmute();
}

function count() {
  const others = Object.keys(calls).length;
  say("You are " + OzWebClient.phoneNumber + ", " + (others ? "with " + others + " more" : "still alone"));
}

function say(words) {
  byId("status").textContent = words;
}

function byId(id) {
  return document.getElementById(id);
}
