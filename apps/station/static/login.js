import { api, t } from "./api.js";

const form = document.getElementById("login");
if (new URLSearchParams(location.search).has("refused")) {
  const problem = document.getElementById("problem");
  problem.textContent = t("sign_in_refused");
  problem.hidden = false;
}
form.querySelector("[type=submit]").disabled = false; // not before: the browser would send the form itself
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = document.getElementById("problem");
  problem.hidden = true;
  const button = form.querySelector("[type=submit]");
  button.textContent = t("working");
  button.disabled = true;
  try {
    await api("/session", { method: "POST", json: { name: form.name.value.trim(), password: form.password.value } });
    location.assign("/");
  } catch (error) {
    problem.textContent = error.status === 401 ? t("sign_in_wrong") : error.message;
    problem.hidden = false;
    form.password.select();
    button.textContent = t("sign_in");
    button.disabled = false;
  }
});
