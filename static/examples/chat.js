// A chat with nicknames, and voice on top. Load /WebphoneAPI before this script.

const people = {}; // nicknames by number
const calls = {}; // one for each of them, as soon as it is needed
let isTalking = false;

addEventListener("load", function () {
  byId("login").onsubmit = function (event) {
    event.preventDefault();
    OzWebClient.connect("", "Webphone1", { page: "chat", nickname: byId("nickname").value });
  };
  byId("write").onsubmit = send;
  byId("talk").onclick = talk;
  OzWebClient.onConnectionStateChanged(connectionChanged);
  OzWebClient.onClientStateChanged(clientChanged);
  OzWebClient.onIncomingCall(function (call) {
    keep(call).accept();
  });
  OzWebClient.onErrorOccured(function (error) {
    byId("trouble").textContent = error.message;
  });
});

function connectionChanged(info) {
  const isIn = info.State == ConnectionState.ACCESS_GRANTED;
  byId("status").textContent = isIn ? "You are in" : "Not connected: " + info.State;
  byId("login").hidden = isIn;
  byId("room").hidden = !isIn;
  byId(isIn ? "text" : "nickname").focus();
}

function clientChanged(client) {
  if (client.page != "chat") return; // an agent, or a page of another kind
  if (client.status == "ONLINE") people[client.phoneNumber] = client.nickname;
  else delete people[client.phoneNumber];
  if (people[client.phoneNumber] && isTalking) callTo(client.phoneNumber);
  add("log", client.nickname + (people[client.phoneNumber] ? " is here" : " has left"));
  byId("people").textContent = "";
  for (const number in people) add("people", people[number]);
}

function send(event) {
  event.preventDefault();
  for (const number in people) callTo(number).sendMessage(byId("text").value);
  add("log", "You: " + byId("text").value);
  byId("text").value = "";
}

function talk() {
  isTalking = !isTalking;
  byId("talk").setAttribute("aria-pressed", isTalking);
  for (const number in people) isTalking ? callTo(number).unmute() : callTo(number).mute();
}

function callTo(number) {
  if (!calls[number]) keep(OzWebClient.createCall(number)).start();
  return calls[number];
}

function keep(call) {
  const number = call.getOtherParty();
  calls[number] = call;
  if (!isTalking) call.mute(); // text needs no microphone
  call.onMessageReceived(function (text) {
    add("log", (people[number] || number) + ": " + text);
  });
  call.onCallStateChanged(function () {
    if (call.getEndReason() && calls[number] == call) delete calls[number];
  });
  return call;
}

function add(list, words) {
  byId(list).appendChild(document.createElement("li")).textContent = words;
  byId(list).parentNode.scrollTop = byId(list).scrollHeight; // the newest is to be seen
}

function byId(id) {
  return document.getElementById(id);
}
