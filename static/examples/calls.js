// Calls: dial, accept, reject, hold, several at once, and keys. Load /WebphoneAPI before this script.

const WORDS = { "": "dialling", RINGING: "ringing", IN_CALL: "in a call", HOLD: "on hold" };
let talking; // the call that is not on hold

addEventListener("load", function () {
  byId("dial").onsubmit = function (event) {
    event.preventDefault();
    dial(byId("number").value);
  };
  byId("keys").onclick = function (event) {
    if (event.target.value) talking.sendDtmf(event.target.value);
  };
  OzWebClient.onConnectionStateChanged(function (info) {
    const isOn = info.State == ConnectionState.ACCESS_GRANTED;
    byId("status").textContent = isOn ? "Your number is " + OzWebClient.phoneNumber : info.State;
  });
  OzWebClient.onClientStateChanged(clientChanged);
  OzWebClient.onIncomingCall(show);
  OzWebClient.onErrorOccured(function (error) {
    byId("trouble").textContent = error.message;
  });
  OzWebClient.connect("", "Webphone1", { page: "calls" }); // by this word pages of one kind know each other
});

function clientChanged(client) {
  if (client.page != "calls") return; // an agent, or a page of another kind
  const id = "call-" + client.phoneNumber;
  const button = byId(id) || byId("others").appendChild(document.createElement("button"));
  button.id = id;
  button.textContent = "Call " + client.phoneNumber;
  button.hidden = client.status != "ONLINE";
  button.onclick = dial.bind(null, client.phoneNumber);
}

function dial(number) {
  const call = OzWebClient.createCall(number);
  if (talking) talking.hold();
  call.start();
  show(call);
}

function show(call) { // an item of the list for each call, with two buttons
  const isIncoming = call.getCallState() == CallState.RINGING;
  const item = byId("calls").appendChild(byId("call").content.firstElementChild.cloneNode(true));
  const [words, left, right] = item.children;
  left.onclick = function () {
    if (left.textContent == "Hold") return call.hold();
    if (talking) talking.hold(); // one call at a time is heard
    if (left.textContent == "Accept") call.accept();
    else call.unHold();
  };
  right.onclick = function () {
    right.textContent == "Reject" ? call.reject() : call.hangUp();
  };
  call.onCallStateChanged(update);
  call.onDtmfReceived(function (key) {
    words.textContent += ", key " + key;
  });
  update();

  function update() {
    const state = call.getCallState();
    const rings = isIncoming && state == CallState.RINGING;
    const end = call.getEndReason();
    if (state == CallState.IN_CALL) talking = call;
    else if (talking == call) talking = null;
    byId("keys").disabled = !talking;
    words.textContent = call.getOtherParty() + ": " + (end ? end.message : WORDS[state]);
    left.hidden = end || !rings && state != CallState.IN_CALL && state != CallState.HOLD;
    left.className = rings ? "go" : "";
    left.textContent = rings ? "Accept" : state == CallState.HOLD ? "Unhold" : "Hold";
    right.textContent = rings ? "Reject" : "Hang up";
    right.hidden = end;
  }
}

function byId(id) {
  return document.getElementById(id);
}
