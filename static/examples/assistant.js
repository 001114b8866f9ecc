// A call assistant: colleagues, presence, click to call, history. Load /WebphoneAPI before this script.

let call; // the one call of this page

addEventListener("load", function () {
  byId("login").onsubmit = function (event) {
    event.preventDefault();
    OzWebClient.connect("", byId("extension").value, { Password: byId("password").value });
  };
  byId("popup").onclose = function () { // by a button, by the Escape key, or because the caller gave up
    if (call) this.returnValue == "accept" ? call.accept() : call.reject();
  };
  OzWebClient.onConnectionStateChanged(function (info) {
    const isIn = info.State == ConnectionState.ACCESS_GRANTED;
    byId("status").textContent = isIn ? "You are " + nameOf(OzWebClient.phoneNumber) : info.State;
    byId("login").hidden = isIn;
    byId("desk").hidden = !isIn;
    if (isIn) askHistory();
  });
  OzWebClient.onUserInfoReceived(show);
  OzWebClient.onClientStateChanged(function (client) {
    const user = OzWebClient.helper.getUserByExtension(client.phoneNumber); // null for a page on the line
    if (user) show(user).querySelector("small").textContent = client.status;
  });
  OzWebClient.onIncomingCall(function (incoming) {
    if (call) return incoming.reject();
    byId("caller").textContent = nameOf(keep(incoming).getOtherParty()) + " is calling";
    byId("popup").returnValue = "";
    byId("popup").showModal();
  });
  OzWebClient.onCallHistoryInfoReceived(function (entries) {
    byId("history").textContent = entries.map(function (entry) {
      return [entry.StartTime, entry.Source, "→", entry.Destination, entry.State].join(" ");
    }).join("\n");
  });
  OzWebClient.onErrorOccured(function (error) {
    byId("trouble").textContent = error.message;
  });
});

function show(user) {
  if (byId(user.id)) return byId(user.id);
  const item = byId("users").appendChild(byId("user").content.firstElementChild.cloneNode(true));
  item.id = user.id;
  item.firstElementChild.textContent = user.fullName;
  item.lastElementChild.textContent = "Call " + user.devices[0];
  item.lastElementChild.onclick = function () {
    if (!call) keep(OzWebClient.createCall(user.devices[0])).start();
  };
  return item;
}

function keep(newCall) {
  byId("hangUp").onclick = newCall.hangUp.bind(newCall);
  newCall.onCallStateChanged(callChanged);
  return call = newCall;
}

function callChanged(state) {
  const end = call.getEndReason();
  byId("status").textContent = nameOf(call.getOtherParty()) + ": " + (end ? end.message : state);
  byId("hangUp").disabled = end;
  if (!end) return;
  call = null;
  byId("popup").close();
  askHistory();
}

function nameOf(number) {
  const user = OzWebClient.helper.getUserByExtension(number);
  return user ? user.fullName : number;
}

function askHistory() {
  if (OzWebClient.rights.indexOf("history") >= 0) OzWebClient.getCallHistory({ RowsPerPage: 10 });
}

function byId(id) {
  return document.getElementById(id);
}
