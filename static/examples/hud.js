// A heads-up display: every call of the PBX. Load /WebphoneAPI before this script.

addEventListener("load", function () {
  byId("login").onsubmit = connect;
  OzWebClient.onConnectionStateChanged(connectionChanged);
  OzWebClient.onSessionCreated(show);
  OzWebClient.onSessionClosed(function (session) {
    if (!byId("call-" + session.sessionId)) return;
    byId("call-" + session.sessionId).remove();
    count();
  });
  OzWebClient.onErrorOccured(complain);
  setInterval(function () {
    for (const row of byId("sessions").children) row.draw();
  }, 1000);
  byId("token").value = sessionStorage.getItem("hud-token");
  if (byId("token").value) connect();
});

function connect(event) {
  if (event) event.preventDefault();
  sessionStorage.setItem("hud-token", byId("token").value);
  OzWebClient.connect("", byId("token").value, { page: "hud" });
}

function connectionChanged(info) {
  const isIn = info.State == ConnectionState.ACCESS_GRANTED;
  if (info.State == ConnectionState.ACCESS_DENIED) sessionStorage.removeItem("hud-token");
  byId("sessions").textContent = "";
  byId("status").textContent = info.State;
  byId("login").hidden = isIn;
  byId("board").hidden = !isIn;
  if (!isIn || OzWebClient.rights.indexOf("sessions") < 0) return;
  [CallState.RINGING, CallState.IN_CALL, CallState.HOLD].forEach(function (state) { // which ran before we came
    const sessions = OzWebClient.helper.getActiveSessionsBySessionState(state);
    for (const id in sessions) show(sessions[id]);
  });
  count();
}

function show(session) {
  const row = byId("sessions").appendChild(byId("session").content.firstElementChild.cloneNode(true));
  const parties = [session.caller, session.callerDisplayName, "→", session.callee, session.calleeDisplayName];
  row.id = "call-" + session.sessionId;
  row.querySelector("h3").textContent = parties.join(" ");
  row.querySelector("div").hidden = OzWebClient.rights.indexOf("modify") < 0; // the buttons
  row.onclick = function (event) {
    const action = event.target.value; // of the button: hold, unhold, transfer or hangup
    const number = byId("number").value;
    complain({ message: "" });
    try {
      if (action == "transfer" && session.sessionState == CallState.RINGING) session.forward(number);
      else if (action == "transfer") session.blindTransfer(session.caller, number); // it is the caller who moves
      else if (action) session[action]();
    } catch (error) {
      complain(error);
    }
  };
  row.draw = function () {
    row.querySelector("p").textContent = session.sessionState + " for " + session.stateDuration +
      ", talking for " + session.talkDuration;
  };
  session.onSessionStateChanged(row.draw);
  row.draw();
  count();
}

function count() {
  byId("status").textContent = "Calls: " + byId("sessions").children.length;
}

function complain(error) {
  byId("trouble").textContent = error.message;
}

function byId(id) {
  return document.getElementById(id);
}
