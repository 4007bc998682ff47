import { api } from "./api.js";

const form = document.getElementById("login");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = document.getElementById("problem");
  problem.hidden = true;
  try {
    await api("/session", { method: "POST", json: { name: form.name.value.trim(), password: form.password.value } });
    location.assign("/desk");
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
    form.password.select();
  }
});
